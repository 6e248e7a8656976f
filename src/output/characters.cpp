#include "output/characters.hpp"

#include <algorithm>
#include <cwchar>

#include <fmt/format.h>
#include <unigbrk.h>
#include <unistr.h>
#include <uniwidth.h>

namespace output {

Utf8Locale::Utf8Locale() {
    static const locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    if (utf8) previous_ = uselocale(utf8);
}

Utf8Locale::~Utf8Locale() {
    if (previous_) uselocale(previous_);
}

namespace {

// -1: the C library does not know it.
int width_of(char32_t code) {
    const Utf8Locale locale;
    return wcwidth(static_cast<wchar_t>(code));
}

}  // namespace

Character first_character(std::string_view text) {
    const auto first = static_cast<unsigned char>(text.front());
    if (first < 0x80) {
        const bool control = first < 0x20 || first == 0x7f;
        return {.length = 1, .width = control ? 0U : 1U, .code = first, .valid = true};
    }
    ucs4_t code = 0;
    const int length = u8_mbtoucr(&code, reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    if (length < 1) return {};
    const int width = width_of(code);
    const int guess = uc_width(code, "UTF-8");
    const bool control = code < 0xa0;
    return {.length = static_cast<std::size_t>(length),
            .width = control ? 0U : static_cast<unsigned>(width < 0 ? std::max(guess, 1) : width),
            .code = code,
            .valid = true,
            .known = width >= 0};
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

std::string measurable(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        const auto character = first_character(text);
        if (character.known)
            result += text.substr(0, character.length);
        else
            result += fmt::format("\\u{{{:04x}}}", static_cast<std::uint32_t>(character.code));
        text.remove_prefix(character.length);
    }
    return result;
}

std::vector<std::string_view> clusters(std::string_view text) {
    std::vector<char> breaks(text.size());
    u8_grapheme_breaks(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), breaks.data());
    std::vector<std::string_view> result;
    std::size_t begin = 0;
    for (std::size_t i = 1; i <= text.size(); ++i) {
        if (i < text.size() && breaks[i] == 0) continue;
        result.push_back(text.substr(begin, i - begin));
        begin = i;
    }
    return result;
}

namespace {

// So many octets of the text take at most `width` columns.
std::size_t length_within(const std::vector<std::string_view>& pieces, std::size_t width) {
    std::size_t length = 0;
    for (const auto piece : pieces) {
        const auto taken = display_width(piece);
        if (taken > width) break;
        width -= taken;
        length += piece.size();
    }
    return length;
}

}  // namespace

std::string cut_to_width(std::string_view text, std::size_t width, std::string_view ellipsis) {
    if (display_width(text) <= width) return std::string(text);
    const auto pieces = clusters(text);
    const auto ellipsis_width = display_width(ellipsis);
    if (ellipsis_width > width) return std::string(text.substr(0, length_within(pieces, width)));
    return std::string(text.substr(0, length_within(pieces, width - ellipsis_width))) + std::string(ellipsis);
}

}  // namespace output
