// Is a text UTF-8?
#pragma once

#include <string_view>

namespace base {

bool is_utf8(std::string_view text);  // without surrogates and overlong forms (RFC 3629 section 3)

}  // namespace base
