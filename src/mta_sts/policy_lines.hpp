// The lines of a policy file: key ":" *WSP value (RFC 8461 section 3.2).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mta_sts {

struct PolicyLine {
    std::size_t number = 0;        // from 1
    std::size_t offset = 0;        // of the line, in bytes of the file
    std::string text;              // without the line's end
    std::string key = {};          // empty when the line has a fault
    std::string value = {};        // without the white space at its ends
    std::size_t value_offset = 0;  // in `text`
    std::string fault = {};        // why it is no "key: value"
    std::size_t fault_offset = 0;  // in `text`
    bool blank = false;            // white space only
};

// All lines but blank ones at the end; at most 2000.
std::vector<PolicyLine> read_lines(std::string_view text);

}  // namespace mta_sts
