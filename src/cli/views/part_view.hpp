// The checks of a domain's mail hosts (mx, reverse, mta-sts, tls-rpt, dane), each told once for every format.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/verify_domain.hpp"
#include "output/value.hpp"

namespace cli {

struct PartView {
    std::string_view check;    // the word of --only, "ptr" for the address: the column CHECK
    output::Key key;           // the member of the item
    std::string_view title;    // on a terminal
    std::string subject = {};  // the name asked
    finding::Verdict verdict = finding::Verdict::unchecked;
    std::string result = {};              // one word: "found", "none", "NXDOMAIN"
    std::string detail = {};              // one line, not escaped
    std::vector<std::string> lines = {};  // more for a terminal, not escaped
    std::string record = {};
    const std::vector<finding::Finding>* findings = nullptr;  // of the verification
    output::Value item = {};                                  // without verdict and findings
};

// The result and the detail, in one line.
std::string detail_line(const PartView& part);

// Those that were asked for, in the order they are printed.
std::vector<PartView> part_views(const app::Verification& verification);

}  // namespace cli
