#include "spf/plain_text.hpp"

#include <array>

namespace spf {

namespace {

struct Replacement {
    std::string_view from, to;
    bool quote = false;
};

constexpr std::array<Replacement, 25> replacements = {{
    {"\xc2\xa0", " "},           // NO-BREAK SPACE
    {"\xc2\xab", "", true},      // LEFT-POINTING DOUBLE ANGLE QUOTATION MARK
    {"\xc2\xbb", "", true},      // RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK
    {"\xc2\xad", ""},            // SOFT HYPHEN
    {"\xe2\x80\x8b", ""},        // ZERO WIDTH SPACE
    {"\xe2\x80\x8c", ""},        // ZERO WIDTH NON-JOINER
    {"\xe2\x80\x8d", ""},        // ZERO WIDTH JOINER
    {"\xe2\x80\x90", "-"},       // HYPHEN
    {"\xe2\x80\x91", "-"},       // NON-BREAKING HYPHEN
    {"\xe2\x80\x92", "-"},       // FIGURE DASH
    {"\xe2\x80\x93", "-"},       // EN DASH
    {"\xe2\x80\x94", "-"},       // EM DASH
    {"\xe2\x80\x95", "-"},       // HORIZONTAL BAR
    {"\xe2\x80\x98", "", true},  // LEFT SINGLE QUOTATION MARK
    {"\xe2\x80\x99", "", true},  // RIGHT SINGLE QUOTATION MARK
    {"\xe2\x80\x9a", "", true},  // SINGLE LOW-9 QUOTATION MARK
    {"\xe2\x80\x9b", "", true},  // SINGLE HIGH-REVERSED-9 QUOTATION MARK
    {"\xe2\x80\x9c", "", true},  // LEFT DOUBLE QUOTATION MARK
    {"\xe2\x80\x9d", "", true},  // RIGHT DOUBLE QUOTATION MARK
    {"\xe2\x80\x9e", "", true},  // DOUBLE LOW-9 QUOTATION MARK
    {"\xe2\x80\x9f", "", true},  // DOUBLE HIGH-REVERSED-9 QUOTATION MARK
    {"\xe2\x80\xaf", " "},       // NARROW NO-BREAK SPACE
    {"\xe2\x81\xa0", ""},        // WORD JOINER
    {"\xe2\x88\x92", "-"},       // MINUS SIGN
    {"\xef\xbb\xbf", ""},        // ZERO WIDTH NO-BREAK SPACE, the byte order mark
}};

const Replacement* find_replacement(std::string_view text) {
    for (const auto& replacement : replacements)
        if (text.starts_with(replacement.from)) return &replacement;
    return nullptr;
}

}  // namespace

std::string plain_ascii(std::string_view text) {
    std::string result;
    while (!text.empty()) {
        const Replacement* replacement = find_replacement(text);
        if (replacement != nullptr)
            result += replacement->to;
        else
            result += text.front();
        text.remove_prefix(replacement != nullptr ? replacement->from.size() : 1);
    }
    return result;
}

bool has_smart_quote(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const Replacement* replacement = find_replacement(text.substr(i));
        if (replacement != nullptr && replacement->quote) return true;
    }
    return false;
}

}  // namespace spf
