// tag=value lists (RFC 6376 section 3.2), the syntax of DKIM records, DKIM-Signature and DMARC records.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace dkim {

struct Tag {
    std::string name;        // case-sensitive
    std::string value;       // without the white space at both ends; the white space inside stays
    std::size_t offset = 0;  // of the name, in bytes from the start of the text
    std::size_t value_offset = 0;
    bool operator==(const Tag&) const = default;
};

enum class TagFaultKind {
    missing_equals,  // "p reject"
    empty_tag,       // ";;"
    bad_name,        // empty, or not ALPHA *(ALPHA / DIGIT / "_")
    bad_character,   // in a value: outside %x21-7E and white space
    duplicate,       // a name a second time: the whole list is invalid
    too_many,        // more than 64 tags, or a text above 65536 bytes: the rest is not read
};

struct TagFault {
    TagFaultKind kind = TagFaultKind::missing_equals;
    std::size_t offset = 0;
    std::string name = {};  // of the tag in which it stands, when there is one
    bool operator==(const TagFault&) const = default;
};
std::string describe(const TagFault& fault);  // one line: "tag \"p\" stands twice"

// Everything a lenient reader can get out of the text; a tag with a bad name is left out, one with a bad
// character in its value or a name seen before is kept and listed among the faults.
struct TagScan {
    std::vector<Tag> tags;
    std::vector<TagFault> faults;
    const Tag* find(std::string_view name) const;  // the first, or null
};
TagScan scan_tag_list(std::string_view text);

// The strict reading: Error (usage, with the offset) at the first fault.
base::Result<std::vector<Tag>> parse_tag_list(std::string_view text);

}  // namespace dkim
