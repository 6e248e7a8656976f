// Texts that may be UTF-8.
#pragma once

#include <cstddef>
#include <string_view>

namespace base {

bool is_utf8(std::string_view text);  // without surrogates and overlong forms (RFC 3629 section 3)

// The beginning of a text, at most so many octets of it, and no half of a character at its end, nor of what a
// reader takes for one (UAX 29): a letter with its marks, a flag, a family of emoji.
std::string_view beginning(std::string_view text, std::size_t octets);

}  // namespace base
