#include "base/text.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>

#include <fmt/format.h>

#include "base/utf8.hpp"

namespace base {

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), to_lower);
    return result;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return to_lower(x) == to_lower(y); });
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && is_space(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_space(text.back()))
        text.remove_suffix(1);
    return text;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> pieces;
    for (;;) {
        const auto end = text.find(separator);
        pieces.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return pieces;
        text.remove_prefix(end + 1);
    }
}

std::string join(const std::vector<std::string>& pieces, std::string_view separator) {
    return fmt::format("{}", fmt::join(pieces, separator));
}

std::optional<std::uint64_t> parse_decimal(std::string_view digits, std::uint64_t maximum) {
    if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit)) return std::nullopt;
    if (digits.size() > 1 && digits.front() == '0') return std::nullopt;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size() || value > maximum) return std::nullopt;
    return value;
}

namespace {

struct CodePoint {
    char32_t value;
    std::size_t length;  // bytes; 0 = not valid UTF-8
};

// RFC 3629: shortest form only, no surrogates, nothing above U+10FFFF.
CodePoint decode_utf8(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    if (first < 0x80) return {first, 1};
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.size() < length) return {0, 0};
    char32_t value = first & (0xffU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80) return {0, 0};
        value = value << 6 | (byte(i) & 0x3f);
    }
    constexpr char32_t shortest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (value < shortest[length] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return {0, 0};
    return {value, length};
}

bool is_unsafe(char32_t c) {
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x61c || c == 0x200e || c == 0x200f ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff ||
           (c >= 0xe0000 && c <= 0xe007f);
}

}  // namespace

std::string printable(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        const auto [value, length] = decode_utf8(text);
        if (length == 0 || value < 0x20 || value == 0x7f) {
            result += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[0]));
        } else if (is_unsafe(value)) {
            result += fmt::format("\\u{{{:04x}}}", static_cast<std::uint32_t>(value));
        } else {
            result += text.substr(0, length);
        }
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return result;
}

std::string quoted(std::string_view text) {
    constexpr std::size_t longest = 60;
    const auto shown = beginning(text, longest);
    return "\"" + printable(shown) + (shown.size() < text.size() ? "...\"" : "\"");
}

std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates) {
    std::size_t best_distance = word.size() < 5 ? 2 : 3;
    std::optional<std::string> best;
    const auto capitals = std::any_of(word.begin(), word.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    if (const auto small = capitals ? lower(word) : std::string();
        std::find(candidates.begin(), candidates.end(), small) != candidates.end())
        return small;
    for (const auto& candidate : candidates) {
        // Each octet that one has more is an edit; words from outside can be kilobytes long.
        const std::size_t longer = std::max(word.size(), candidate.size());
        if (longer - std::min(word.size(), candidate.size()) >= best_distance) continue;
        // Damerau-Levenshtein with adjacent transpositions, three rows.
        std::vector<std::size_t> before_last, last(candidate.size() + 1), row(candidate.size() + 1);
        std::iota(last.begin(), last.end(), 0U);
        for (std::size_t i = 1; i <= word.size(); ++i) {
            row[0] = i;
            for (std::size_t j = 1; j <= candidate.size(); ++j) {
                const std::size_t cost = word[i - 1] == candidate[j - 1] ? 0 : 1;
                row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + cost});
                if (i > 1 && j > 1 && word[i - 1] == candidate[j - 2] && word[i - 2] == candidate[j - 1])
                    row[j] = std::min(row[j], before_last[j - 2] + 1);
            }
            before_last = last;
            last = row;
        }
        if (last.back() < best_distance) {
            best_distance = last.back();
            best = candidate;
        }
    }
    return best;
}

}  // namespace base
