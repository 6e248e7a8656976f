// The last step before a person reads a text.
#pragma once

#include <string>
#include <string_view>

namespace cli {

// A text of the program, or one that names things of others, in the reader's language and safe for a
// terminal.
std::string told(std::string_view text);

}  // namespace cli
