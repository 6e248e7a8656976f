// Characters as the terminal and the machine formats count them. For the sources of this room, and for
// columns that a view aligns itself.
//
// The one measure is the C library's wcwidth(): libsmartcols pads by it, and terminals mostly follow it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <locale.h>

namespace output {

// The C library knows the widths in a UTF-8 locale only. The program itself stays in the C locale: this
// changes it for the calling thread and puts it back.
class Utf8Locale {
  public:
    Utf8Locale();
    ~Utf8Locale();
    Utf8Locale(const Utf8Locale&) = delete;
    Utf8Locale& operator=(const Utf8Locale&) = delete;

  private:
    locale_t previous_ = nullptr;
};

// The first character of a text that is not empty.
struct Character {
    std::size_t length = 1;  // bytes, at least 1
    unsigned width = 0;      // columns: 0 for combining marks, 2 for wide ones
    char32_t code = 0;
    bool valid = false;  // false: one byte that is no UTF-8; its width is 0
    bool known = true;   // false: the C library has no width for it, and `width` is a guess
};
Character first_character(std::string_view text);

// Columns the text takes; controls and invalid bytes count nothing.
std::size_t display_width(std::string_view text);

// With the characters escaped that nobody knows the width of (a newer Unicode's, or nobody's).
std::string measurable(std::string_view text);

// The parts that a reader takes for one character, and that are never cut (UAX 29): a letter with its marks,
// a flag, a family of emoji.
std::vector<std::string_view> clusters(std::string_view text);

// The text if it fits into `width` columns, else as much of it as fits with the ellipsis behind it. Where not
// even the ellipsis fits, as much of the text as fits.
std::string cut_to_width(std::string_view text, std::size_t width, std::string_view ellipsis);

}  // namespace output
