// Findings as items of the output, and as people read them.
#pragma once

#include <string>
#include <vector>

#include "finding/finding.hpp"
#include "output/terminal.hpp"
#include "output/value.hpp"

namespace cli {

// What NAME and HOST stand for in the commands of the catalogue's remedies. For a host that is no relay's,
// what changes a relay becomes what tries the same of the host, or what stores it as one.
struct RemedyTarget {
    std::string relay = {};
    std::string host = {};
    // What tries one endpoint of the host: "relayctl probe mail.example --require 587:tls".
    std::string probe = {};
    std::string endpoint = {};  // " --port 25 --security tls", for what stores it as a relay
};

output::Value finding_item(const finding::Finding& finding, const RemedyTarget& target = {});
output::Value finding_items(const std::vector<finding::Finding>& findings, const RemedyTarget& target = {});

// For a terminal, two to five lines each:
//   error    spf-syntax-error  example.com: 3 octets in "ip4:192.0.2"
//     v=spf1 ip4:192.0.2 -all
//            ^
//     -> ip4:192.0.2.1
// The same finding is printed once, and of one id the first three; the rest are counted.
std::string findings_text(const std::vector<finding::Finding>& findings, const output::Terminal& terminal,
                          const RemedyTarget& target = {});

// A title and its text, "DKIM   ok    ...": the title in 7 columns.
std::string titled_line(std::string_view title, std::string_view text);
// The same of a long text that has no colours: wrapped to the terminal's width, from that column on.
std::string titled_text(std::string_view title, std::string_view text, const output::Terminal& terminal,
                        std::size_t column = 7);

// ids joined by commas, errors first; absent when there are none.
output::Value finding_ids(const std::vector<finding::Finding>& findings);

}  // namespace cli
