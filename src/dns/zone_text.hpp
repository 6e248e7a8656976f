// Text as zone files have it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace dns {

// A character-string in quotes, any octet escaped that needs it (RFC 1035 section 5.1).
std::string quote_text(std::string_view text);

// The TXT records of a zone file's text, each joined: "name TTL class TXT strings" in any of their usual
// forms, with parentheses and comments, or the strings alone in quotes (RFC 1035 section 5.1). Errors
// (usage): a quote or parenthesis without its end, an escape that is none, a record of another type, no
// record.
base::Result<std::vector<std::string>> parse_txt_records(std::string_view text);

}  // namespace dns
