// The TLSRPT record (RFC 8460 section 3): v=TLSRPTv1; rua=URI[,URI...].
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "finding/finding.hpp"

namespace tls_rpt {

struct Record {
    std::vector<std::string> destinations = {};  // the URIs of rua=, at least one, mailto: or https:
    std::vector<std::pair<std::string, std::string>> extensions = {};
    bool operator==(const Record&) const = default;
};

// Does it begin with v=TLSRPTv1; exactly? All others are discarded.
bool is_record(std::string_view text);

// Errors (usage, with the offset): not a record, broken syntax, no valid rua=.
base::Result<Record> parse_record(std::string_view text);
std::string to_string(const Record& record);  // parse_record is its inverse

// What is wrong with a text that stands at the record's name, also with one that is no record. `subject`:
// "_smtp._tls.example.com".
std::vector<finding::Finding> inspect_record(std::string_view text, const std::string& subject);

// Was it meant as a record, and is none?
bool is_near_miss(std::string_view text);

}  // namespace tls_rpt
