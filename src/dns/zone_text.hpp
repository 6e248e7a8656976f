// Text as zone files have it.
#pragma once

#include <string>
#include <string_view>

namespace dns {

// A character-string in quotes, any octet escaped that needs it (RFC 1035 section 5.1).
std::string quote_text(std::string_view text);

}  // namespace dns
