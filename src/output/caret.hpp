// Shows where in a record an error lies.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace output {

// The text on a line of its own, indented by two blanks, and a caret under the character at the byte offset
// (an offset at or beyond the end points behind the last character). Text wider than `width` columns is
// folded; of many lines only those near the caret are shown. The text is made printable, and the caret stands
// right below wide characters and escapes all the same. Ends with a newline.
//
//   v=spf1 ip4:192.0.2.300 -all
//              ^
std::string render_caret(std::string_view text, std::size_t offset, unsigned width);

}  // namespace output
