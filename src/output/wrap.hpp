// Running text in lines of a width.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace output {

// Lines are broken at blanks, and beside characters that are not ASCII where Unicode (UAX 14) allows it,
// which is where Japanese has no blanks. Later lines begin with `indent` blanks; `column` is where the text
// begins. `width` is in columns; a word that is wider stands out. Ends with a line end.
std::string wrap(std::string_view text, std::size_t indent, std::size_t column, std::size_t width);

}  // namespace output
