#include "dns/plain_text.hpp"

#include <array>

#include <fmt/format.h>

#include "base/text.hpp"

namespace dns {

namespace {

struct Character {
    std::string_view bytes;
    std::string_view plain;  // what stands for it in ASCII
    std::string_view name;
    bool quote = false;
};

constexpr std::array<Character, 27> characters = {{
    {"\xc2\xa0", " ", "a no-break space"},
    {"\xc2\xab", "", "a typographic quotation mark", true},
    {"\xc2\xbb", "", "a typographic quotation mark", true},
    {"\xc2\xad", "", "a soft hyphen"},
    {"\xe2\x80\x8b", "", "a zero-width space"},
    {"\xe2\x80\x8c", "", "a zero-width non-joiner"},
    {"\xe2\x80\x8d", "", "a zero-width joiner"},
    {"\xe2\x80\x8e", "", "a left-to-right mark"},
    {"\xe2\x80\x8f", "", "a right-to-left mark"},
    {"\xe2\x80\x90", "-", "a typographic hyphen"},
    {"\xe2\x80\x91", "-", "a no-break hyphen"},
    {"\xe2\x80\x92", "-", "a typographic dash"},
    {"\xe2\x80\x93", "-", "a typographic dash"},
    {"\xe2\x80\x94", "-", "a typographic dash"},
    {"\xe2\x80\x95", "-", "a typographic dash"},
    {"\xe2\x80\x98", "", "a typographic quotation mark", true},
    {"\xe2\x80\x99", "", "a typographic quotation mark", true},
    {"\xe2\x80\x9a", "", "a typographic quotation mark", true},
    {"\xe2\x80\x9b", "", "a typographic quotation mark", true},
    {"\xe2\x80\x9c", "", "a typographic quotation mark", true},
    {"\xe2\x80\x9d", "", "a typographic quotation mark", true},
    {"\xe2\x80\x9e", "", "a typographic quotation mark", true},
    {"\xe2\x80\x9f", "", "a typographic quotation mark", true},
    {"\xe2\x80\xaf", " ", "a narrow no-break space"},
    {"\xe2\x81\xa0", "", "a word joiner"},
    {"\xe2\x88\x92", "-", "a minus sign"},
    {"\xef\xbb\xbf", "", "a byte order mark"},
}};

const Character* find_character(std::string_view text) {
    if (text.empty() || static_cast<unsigned char>(text.front()) < 0x80) return nullptr;
    for (const auto& character : characters)
        if (text.starts_with(character.bytes)) return &character;
    return nullptr;
}

// One character of UTF-8 that may be shown as it is; empty = none.
std::string_view shown_character(std::string_view text) {
    for (std::size_t size = 2; size <= 4 && size <= text.size(); ++size)
        if (base::printable(text.substr(0, size)) == text.substr(0, size)) return text.substr(0, size);
    return {};
}

// What a backslash and what follows it stand for (RFC 1035 section 5.1), and how long they are.
struct Escape {
    char meant;
    std::size_t size;
};
Escape read_escape(std::string_view text) {
    if (text.size() >= 4 && base::is_digit(text[1]) && base::is_digit(text[2]) && base::is_digit(text[3])) {
        const int value = (text[1] - '0') * 100 + (text[2] - '0') * 10 + (text[3] - '0');
        if (value <= 255) return {static_cast<char>(value), 4};
    }
    return {text[1], 2};
}

}  // namespace

std::string describe_character(std::string_view text) {
    if (text.empty()) return "the end";
    if (const Character* character = find_character(text)) return std::string(character->name);
    if (text[0] == '\t') return "a TAB";
    if (text[0] == '\r' || text[0] == '\n') return "a line break";
    const auto byte = static_cast<unsigned char>(text[0]);
    if (base::is_control(text[0])) return fmt::format("the control character 0x{:02x}", byte);
    const std::string_view shown = byte < 0x80 ? text.substr(0, 1) : shown_character(text);
    return shown.empty() ? fmt::format("the byte 0x{:02x}", byte) : fmt::format("the character {}", shown);
}

std::string plain_ascii(std::string_view text) {
    std::string result;
    while (!text.empty()) {
        const Character* character = find_character(text);
        if (character != nullptr)
            result += character->plain;
        else
            result += text.front();
        text.remove_prefix(character != nullptr ? character->bytes.size() : 1);
    }
    return result;
}

std::size_t editors_character(std::string_view text) {
    const Character* character = find_character(text);
    return character == nullptr ? 0 : character->bytes.size();
}

bool has_smart_quote(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const Character* character = find_character(text.substr(i));
        if (character != nullptr && character->quote) return true;
    }
    return false;
}

std::string without_zone_form(std::string_view text) {
    std::string result;
    while (!text.empty()) {
        if (text.front() == '"') {
            text.remove_prefix(1);
            // Between two strings blanks only separate.
            const std::size_t next = text.find_first_not_of(" \t\r\n");
            if (next != std::string_view::npos && text[next] == '"') text.remove_prefix(next + 1);
        } else if (text.front() == '\\' && text.size() > 1) {
            const auto [meant, size] = read_escape(text);
            result += meant;
            text.remove_prefix(size);
        } else {
            result += text.front();
            text.remove_prefix(1);
        }
    }
    return result;
}

}  // namespace dns
