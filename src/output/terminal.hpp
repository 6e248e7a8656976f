// What the terminal can show, and the colours that repeat what the words say.
#pragma once

#include <string>
#include <string_view>

namespace output {

struct Terminal {
    unsigned width = 80;   // columns; tables are cut to it, 0 = never cut
    bool color = false;    // escape sequences may be written
    bool unicode = false;  // box characters and the ellipsis may be drawn; text from outside is UTF-8 anyway
};

enum class Style { none, good, warn, bad, dim, bold };

// The escape sequence that begins a style ("" for Style::none), and the one that ends any.
std::string_view style_begin(Style style);
std::string_view style_end();

// One line of text in a style. The text is made printable first, so a newline in it becomes \x0A.
std::string paint(std::string_view text, Style style, const Terminal& terminal);

}  // namespace output
