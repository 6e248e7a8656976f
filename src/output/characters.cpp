#include "output/characters.hpp"

#include <algorithm>

#include <unistr.h>
#include <uniwidth.h>

namespace output {

Character first_character(std::string_view text) {
    const auto first = static_cast<unsigned char>(text.front());
    if (first < 0x80) {
        const bool control = first < 0x20 || first == 0x7f;
        return {.length = 1, .width = control ? 0U : 1U, .code = first, .valid = true};
    }
    ucs4_t code = 0;
    const int length = u8_mbtoucr(&code, reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    if (length < 1) return {};
    constexpr ucs4_t soft_hyphen = 0xad;  // terminals and the C library show it
    const int width = code == soft_hyphen ? 1 : uc_width(code, "UTF-8");
    return {.length = static_cast<std::size_t>(length),
            .width = static_cast<unsigned>(std::max(width, 0)),
            .code = code,
            .valid = true};
}

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    while (!text.empty()) {
        const auto character = first_character(text);
        width += character.width;
        text.remove_prefix(character.length);
    }
    return width;
}

namespace {

// The longest beginning of the text that takes at most `width` columns, marks on its last character included.
std::string_view beginning(std::string_view text, std::size_t width) {
    std::size_t end = 0;
    while (end < text.size()) {
        const auto character = first_character(text.substr(end));
        if (character.width > width) break;
        width -= character.width;
        end += character.length;
    }
    return text.substr(0, end);
}

}  // namespace

std::string cut_to_width(std::string_view text, std::size_t width, std::string_view ellipsis) {
    const auto fitting = beginning(text, width);
    if (fitting.size() == text.size()) return std::string(text);
    const auto ellipsis_width = display_width(ellipsis);
    if (ellipsis_width > width) return std::string(fitting);
    return std::string(beginning(text, width - ellipsis_width)) + std::string(ellipsis);
}

}  // namespace output
