// ASCII text helpers: no locale, no surprises.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace base {

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
constexpr bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}
constexpr bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}
constexpr bool is_alpha(char c) {
    return is_lower(c) || is_upper(c);
}
constexpr bool is_alnum(char c) {
    return is_alpha(c) || is_digit(c);
}
constexpr bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}
constexpr bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
constexpr char to_lower(char c) {
    return is_upper(c) ? static_cast<char>(c + ('a' - 'A')) : c;
}

std::string lower(std::string_view text);
bool equals_ignoring_case(std::string_view a, std::string_view b);
std::string_view trim(std::string_view text);  // space, TAB, CR and LF at both ends

// "a,b,,c" -> {"a","b","","c"}; an empty text gives one empty piece.
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& pieces, std::string_view separator);

// Decimal digits only: no sign, no blank, no leading zero unless the number is 0. Nothing above `maximum`.
std::optional<std::uint64_t> parse_decimal(std::string_view digits, std::uint64_t maximum);

// Makes text from outside safe for a terminal or a log: control bytes (C0, DEL, C1), invalid UTF-8 and
// bidirectional controls become \xNN or \u{NNNN}; a backslash stays as it is.
std::string printable(std::string_view text);

// Quoted for an error message: printable, in double quotes, cut to 60 characters.
std::string quoted(std::string_view text);

// The candidate within an edit distance of 2 (1 for words under 5 letters) that is nearest; the first wins a
// tie.
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace base
