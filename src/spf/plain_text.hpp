// Characters that a word processor or a web form puts into records: found and taken out. Pure.
#pragma once

#include <string>
#include <string_view>

namespace spf {

// Dashes and minus signs become "-", no-break spaces a blank; quotation marks, zero-width characters and the
// byte order mark go. Other bytes stay.
std::string plain_ascii(std::string_view text);
bool has_smart_quote(std::string_view text);  // U+2018 to U+201F, U+00AB, U+00BB

}  // namespace spf
