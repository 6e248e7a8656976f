// Characters as the terminal and the machine formats count them. For the sources of this room,
// and for columns that a view aligns itself.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace output {

// The first character of a text that is not empty.
struct Character {
    std::size_t length = 1;  // bytes, at least 1
    unsigned width = 0;      // columns: 0 for combining marks, 2 for wide ones
    char32_t code = 0;
    bool valid = false;  // false: one byte that is no UTF-8; its width is 0
};
Character first_character(std::string_view text);

// Columns the text takes; controls and invalid bytes count nothing.
std::size_t display_width(std::string_view text);

// The text if it fits into `width` columns, else as much of it as fits with the ellipsis behind it. Where not
// even the ellipsis fits, as much of the text as fits.
std::string cut_to_width(std::string_view text, std::size_t width, std::string_view ellipsis);

}  // namespace output
