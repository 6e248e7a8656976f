// The MTA-STS record (RFC 8461 section 3.1): v=STSv1; id=20260101T000000
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "finding/finding.hpp"

namespace mta_sts {

struct Record {
    std::string id;  // 1 to 32 letters and digits; a new one says that the policy has changed
    std::vector<std::pair<std::string, std::string>> extensions = {};
    bool operator==(const Record&) const = default;
};

// Does it begin with v=STSv1; exactly? All others are discarded.
bool is_record(std::string_view text);
// Was it meant as a record, and is none?
bool is_near_miss(std::string_view text);

// Errors (usage, with the offset): not a record, broken syntax, no valid id.
base::Result<Record> parse_record(std::string_view text);
std::string to_string(const Record& record);  // parse_record is its inverse

// What is wrong with a text that stands at the record's name, also with one that is no record. `subject`:
// "_mta-sts.example.com".
std::vector<finding::Finding> inspect_record(std::string_view text, const std::string& subject);

}  // namespace mta_sts
