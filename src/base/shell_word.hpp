// Words of a command that somebody is to type.
#pragma once

#include <string>
#include <string_view>

namespace base {

// As a POSIX shell reads it back: in quotes where it is not plain.
std::string shell_word(std::string_view word);

}  // namespace base
