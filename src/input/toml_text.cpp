#include "input/toml_text.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/text.hpp"

namespace input {

namespace {

using base::Result;

bool is_bare(char c) {
    return base::is_alnum(c) || c == '_' || c == '-';
}

// UTF-8 of a Unicode scalar value.
void append_character(std::string& text, std::uint32_t code) {
    const auto put = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
    if (code < 0x80) return put(code);
    if (code < 0x800) {
        put(0xc0 | code >> 6);
    } else {
        if (code < 0x10000) {
            put(0xe0 | code >> 12);
        } else {
            put(0xf0 | code >> 18);
            put(0x80 | (code >> 12 & 0x3f));
        }
        put(0x80 | (code >> 6 & 0x3f));
    }
    put(0x80 | (code & 0x3f));
}

int base_of(std::string_view digits) {
    if (digits.starts_with("0x")) return 16;
    if (digits.starts_with("0o")) return 8;
    if (digits.starts_with("0b")) return 2;
    return 10;
}

// "_" stands between two digits only.
bool take_underscores_out(std::string& digits) {
    std::string clean;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        const bool between = i > 0 && i + 1 < digits.size() && digits[i - 1] != '_' && digits[i + 1] != '_';
        if (digits[i] == '_' && !between) return false;
        if (digits[i] != '_') clean += digits[i];
    }
    digits = std::move(clean);
    return true;
}

std::optional<std::int64_t> parse_integer(std::string_view word) {
    const bool is_signed = !word.empty() && (word.front() == '+' || word.front() == '-');
    const bool is_negative = is_signed && word.front() == '-';
    if (is_signed) word.remove_prefix(1);
    const int base = base_of(word);
    if (base != 10 && is_signed) return std::nullopt;
    std::string digits(base == 10 ? word : word.substr(2));
    if (!take_underscores_out(digits) || digits.empty() || digits.front() == '-') return std::nullopt;
    if (base == 10 && digits.size() > 1 && digits.front() == '0') return std::nullopt;
    if (is_negative) digits.insert(digits.begin(), '-');
    std::int64_t value = 0;
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
    if (code != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return value;
}

}  // namespace

TomlText::TomlText(std::string_view text) : rest_(text) {
    if (rest_.starts_with("\xef\xbb\xbf")) rest_.remove_prefix(3);
}

base::Error TomlText::fault(std::string_view why) const {
    return base::usage_error(fmt::format("line {}: not TOML: {}", line_, why));
}

void TomlText::skip_blanks() {
    while (!at_end() && (peek() == ' ' || peek() == '\t'))
        rest_.remove_prefix(1);
}

bool TomlText::take(char c) {
    skip_blanks();
    if (at_end() || peek() != c) return false;
    rest_.remove_prefix(1);
    skip_blanks();
    return true;
}

bool TomlText::take_newline() {
    if (!starts_with("\n") && !starts_with("\r\n")) return false;
    rest_.remove_prefix(peek() == '\n' ? 1 : 2);
    ++line_;
    return true;
}

Result<void> TomlText::skip_comment() {
    if (at_end() || peek() != '#') return {};
    while (!at_end() && !starts_with("\n") && !starts_with("\r\n")) {
        if (base::is_control(peek()) && peek() != '\t') return fault("a control character");
        rest_.remove_prefix(1);
    }
    return {};
}

Result<void> TomlText::skip_lines() {
    do {
        skip_blanks();
        TRY_VOID(skip_comment());
    } while (take_newline());
    return {};
}

Result<void> TomlText::end_line() {
    skip_blanks();
    TRY_VOID(skip_comment());
    if (at_end() || take_newline()) return {};
    return fault("the line should end here");
}

Result<std::vector<std::string>> TomlText::read_key() {
    std::vector<std::string> key;
    do {
        if (key.size() == deepest) return fault("too deep");
        TRY(auto part, read_key_part());
        key.push_back(std::move(part));
    } while (take('.'));
    return key;
}

Result<std::string> TomlText::read_key_part() {
    skip_blanks();
    if (starts_with("\"\"\"") || starts_with("'''")) return fault("a key in three quotes");
    if (starts_with("\"") || starts_with("'")) return read_string();
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_bare);
    std::string part(rest_.begin(), end);
    if (part.empty()) return fault("a key is missing");
    rest_.remove_prefix(part.size());
    return part;
}

Result<std::string> TomlText::read_string() {
    const char quote = peek();
    const std::string three(3, quote);
    const bool is_long = starts_with(three);
    rest_.remove_prefix(is_long ? 3 : 1);
    if (is_long) take_newline();
    return quote == '"' ? read_basic(is_long) : read_literal(is_long);
}

// True: the string ends here. Up to two quotes may stand before the three that end a long one.
Result<bool> TomlText::read_end(char quote, bool is_long, std::string& value) {
    if (at_end()) return fault("a string has no end");
    if (peek() != quote) return false;
    if (!is_long) {
        rest_.remove_prefix(1);
        return true;
    }
    const auto quotes = static_cast<std::size_t>(
        std::find_if(rest_.begin(), rest_.end(), [&](char c) { return c != quote; }) - rest_.begin());
    if (quotes > 5) return fault("too many quotes");
    value.append(quotes < 3 ? quotes : quotes - 3, quote);
    rest_.remove_prefix(quotes);
    return quotes >= 3;
}

// One character as it stands.
Result<void> TomlText::read_plain(bool is_long, std::string& value) {
    if (take_newline()) {
        if (!is_long) {
            --line_;
            return fault("a string has no end");
        }
        value += '\n';
        return {};
    }
    if (base::is_control(peek()) && peek() != '\t') return fault("a control character");
    value += peek();
    rest_.remove_prefix(1);
    return {};
}

Result<std::string> TomlText::read_literal(bool is_long) {
    std::string value;
    for (;;) {
        TRY(const bool ended, read_end('\'', is_long, value));
        if (ended) return value;
        if (!at_end() && peek() != '\'') TRY_VOID(read_plain(is_long, value));
    }
}

Result<std::string> TomlText::read_basic(bool is_long) {
    std::string value;
    for (;;) {
        TRY(const bool ended, read_end('"', is_long, value));
        if (ended) return value;
        if (at_end() || peek() == '"') continue;
        if (peek() == '\\') {
            TRY_VOID(read_escape(is_long, value));
        } else {
            TRY_VOID(read_plain(is_long, value));
        }
    }
}

Result<void> TomlText::read_escape(bool is_long, std::string& value) {
    constexpr std::string_view letters = "btnfr\"\\", characters = "\b\t\n\f\r\"\\";
    rest_.remove_prefix(1);
    // A backslash at the end of a line takes all blanks and ends of lines behind it.
    const auto before = rest_;
    skip_blanks();
    if (is_long && take_newline()) {
        do
            skip_blanks();
        while (take_newline());
        return {};
    }
    rest_ = before;
    if (at_end()) return fault("a string has no end");
    const char letter = peek();
    rest_.remove_prefix(1);
    if (const auto at = letters.find(letter); at != std::string_view::npos) {
        value += characters[at];
        return {};
    }
    const std::size_t size = letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
    std::uint32_t code = 0;
    const auto digits = rest_.substr(0, size);
    const auto [end, fault_code] = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    const bool is_whole = size > 0 && digits.size() == size && end == digits.data() + size;
    if (!is_whole || fault_code != std::errc() || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        return fault("no such escape in a string");
    rest_.remove_prefix(size);
    append_character(value, code);
    return {};
}

Result<Node> TomlText::read_word() {
    const auto is_part = [](char c) { return is_bare(c) || c == '+' || c == '.' || c == ':'; };
    const std::string_view word = rest_.substr(
        0, static_cast<std::size_t>(std::find_if_not(rest_.begin(), rest_.end(), is_part) - rest_.begin()));
    Node node;
    if (word == "true" || word == "false") {
        node.data = word == "true";
    } else if (const auto number = parse_integer(word)) {
        node.data = *number;
    } else {
        const bool is_number = !word.empty() && (base::is_digit(word.front()) || word.front() == '+' ||
                                                 word.front() == '-' || word == "inf" || word == "nan");
        return fault(
            is_number ? "a number that is no whole one of 64 bits; dates and fractions are texts, in quotes"
                      : "a value is missing; a text stands in quotes");
    }
    rest_.remove_prefix(word.size());
    return node;
}

}  // namespace input
