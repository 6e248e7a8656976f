#include "spf/macro.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"

namespace spf {

namespace {

constexpr unsigned most_parts = 9999;
constexpr std::size_t longest_name = 253;

bool is_delimiter(char c) {
    return std::string_view(".-+,/_=").find(c) != std::string_view::npos;
}

Fault macro_fault(std::string message, std::size_t offset, std::string hint = {}) {
    return {.id = "spf-bad-macro", .message = std::move(message), .hint = std::move(hint), .offset = offset};
}

// `text` begins with "%{"; returns the macro and how many bytes it took.
Parsed<std::pair<MacroExpand, std::size_t>> parse_braces(std::string_view text, MacroPlace place) {
    const auto close = text.find('}');
    if (close == std::string_view::npos) return macro_fault("the macro has no closing brace", 0);
    const std::string_view inside = text.substr(2, close - 2);
    if (inside.empty()) return macro_fault("the macro names no letter", 0);
    MacroExpand macro;
    macro.letter = inside[0];
    const char letter = base::to_lower(macro.letter);
    if (std::string_view("slodiphvcrt").find(letter) == std::string_view::npos)
        return macro_fault(
            fmt::format("there is no macro letter {}", base::quoted(std::string_view(&inside[0], 1))), 2,
            "the letters are s l o d i p h v");
    if (place == MacroPlace::term && std::string_view("crt").find(letter) != std::string_view::npos)
        return macro_fault(fmt::format("%{{{}}} is allowed only in explanation text", letter), 2);
    std::size_t at = 1;
    while (at < inside.size() && base::is_digit(inside[at])) {
        macro.keep = std::min(macro.keep * 10 + static_cast<unsigned>(inside[at] - '0'), most_parts);
        ++at;
    }
    if (at > 1 && macro.keep == 0) return macro_fault("the number of parts to keep is zero", 3);
    if (at < inside.size() && base::to_lower(inside[at]) == 'r') {
        macro.reverse = true;
        ++at;
    }
    macro.delimiters = inside.substr(at);
    const auto bad = std::find_if_not(macro.delimiters.begin(), macro.delimiters.end(), is_delimiter);
    if (bad != macro.delimiters.end())
        return macro_fault(fmt::format("{} is no delimiter", base::quoted(std::string(1, *bad))),
                           2 + at + static_cast<std::size_t>(bad - macro.delimiters.begin()),
                           "after the letter come digits, then r, then delimiters of . - + , / _ =");
    return std::pair(std::move(macro), close + 1);
}

// The rule for the last label (section 7.1): letters, digits and inner hyphens, not only digits.
bool is_top_label(std::string_view label) {
    if (label.empty() || !base::is_alnum(label.front()) || !base::is_alnum(label.back())) return false;
    if (!std::all_of(label.begin(), label.end(), [](char c) { return base::is_alnum(c) || c == '-'; }))
        return false;
    return !std::all_of(label.begin(), label.end(), base::is_digit);
}

Fault domain_fault(std::string message, std::size_t offset) {
    return {.id = "spf-bad-domain", .message = std::move(message), .offset = offset};
}

std::string nibbles(const base::IpAddress& ip) {
    // Upper case, as other implementations print it; names compare without regard to case.
    std::string text;
    for (std::size_t i = 0; i < ip.size(); ++i)
        text += fmt::format("{:X}.{:X}.", ip.data()[i] >> 4, ip.data()[i] & 0xf);
    text.pop_back();
    return text;
}

std::string letter_value(char letter, const MacroValues& values) {
    switch (letter) {
        case 's':
            return fmt::format("{}@{}", values.local_part, values.sender_domain);
        case 'l':
            return std::string(values.local_part);
        case 'o':
            return std::string(values.sender_domain);
        case 'd':
            return std::string(values.domain);
        case 'i':
            return values.ip.is_v4() ? values.ip.to_string() : nibbles(values.ip);
        case 'c':
            return values.ip.to_string();
        case 'v':
            return values.ip.is_v4() ? "in-addr" : "ip6";
        case 'h':
            return std::string(values.helo);
        case 'p':
            return std::string(values.validated);
        case 'r':
            return std::string(values.receiver);
        case 't':
            return std::to_string(values.now.time_since_epoch().count());
    }
    return {};
}

std::string transformed(std::string value, const MacroExpand& macro) {
    if (macro.keep == 0 && !macro.reverse && macro.delimiters.empty()) return value;
    const std::string_view delimiters = macro.delimiters.empty() ? "." : std::string_view(macro.delimiters);
    std::vector<std::string> parts(1);
    for (const char c : value) {
        if (delimiters.find(c) != std::string_view::npos)
            parts.emplace_back();
        else
            parts.back() += c;
    }
    if (macro.reverse) std::reverse(parts.begin(), parts.end());
    if (macro.keep != 0 && macro.keep < parts.size())
        parts.erase(parts.begin(), parts.end() - static_cast<std::ptrdiff_t>(macro.keep));
    return base::join(parts, ".");
}

std::string url_escaped(std::string_view text) {
    std::string result;
    for (const char c : text) {
        // RFC 3986 section 2.3
        if (base::is_alnum(c) || std::string_view("-._~").find(c) != std::string_view::npos)
            result += c;
        else
            result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return result;
}

}  // namespace

bool MacroString::uses(char lower_case_letter) const {
    return std::any_of(parts.begin(), parts.end(), [&](const MacroPart& part) {
        const auto* macro = std::get_if<MacroExpand>(&part);
        return macro != nullptr && base::to_lower(macro->letter) == lower_case_letter;
    });
}

bool MacroString::needs_message() const {
    return std::any_of(parts.begin(), parts.end(), [](const MacroPart& part) {
        const auto* macro = std::get_if<MacroExpand>(&part);
        return macro != nullptr && base::to_lower(macro->letter) != 'd';
    });
}

Parsed<MacroString> parse_macro_string(std::string_view text, MacroPlace place) {
    MacroString result;
    std::string literal;
    const auto flush = [&] {
        if (!literal.empty()) result.parts.emplace_back(std::move(literal));
        literal.clear();
    };
    for (std::size_t i = 0; i < text.size();) {
        const char c = text[i];
        if (c != '%') {
            const bool visible = c > 0x20 && c < 0x7f;
            if (!visible && (c != ' ' || place == MacroPlace::term))
                return macro_fault("only visible ASCII characters are allowed", i);
            literal += c;
            ++i;
            continue;
        }
        flush();
        const char next = i + 1 < text.size() ? text[i + 1] : '\0';
        if (next == '{') {
            auto parsed = parse_braces(text.substr(i), place);
            if (parsed.has_error()) return std::move(parsed).error().moved_by(i);
            i += parsed->second;
            result.parts.emplace_back(std::move(parsed->first));
            continue;
        }
        if (next == '%')
            result.parts.emplace_back(MacroEscape::percent);
        else if (next == '_')
            result.parts.emplace_back(MacroEscape::space);
        else if (next == '-')
            result.parts.emplace_back(MacroEscape::url_space);
        else
            return macro_fault("% must be followed by {, %, _ or -", i, "write %% for a percent sign");
        i += 2;
    }
    flush();
    return result;
}

Parsed<MacroString> parse_domain_spec(std::string_view text) {
    if (text.empty()) return domain_fault("the domain is empty", 0);
    TRY(auto result, parse_macro_string(text, MacroPlace::term));
    const auto* literal = std::get_if<std::string>(&result.parts.back());
    if (literal == nullptr) return result;
    std::string_view end = *literal;
    if (end.ends_with('.')) end.remove_suffix(1);
    const auto dot = end.rfind('.');
    if (dot == std::string_view::npos)
        return domain_fault(fmt::format("{} is not a domain of two labels or more", base::quoted(text)), 0);
    const std::string_view top = end.substr(dot + 1);
    if (!is_top_label(top))
        return domain_fault(
            fmt::format("{} ends in {}, which is no top-level label", base::quoted(text), base::quoted(top)),
            0);
    return result;
}

std::string to_string(const MacroString& macro) {
    std::string text;
    for (const auto& part : macro.parts) {
        if (const auto* literal = std::get_if<std::string>(&part)) {
            text += *literal;
        } else if (const auto* escape = std::get_if<MacroEscape>(&part)) {
            text += *escape == MacroEscape::percent ? "%%" : *escape == MacroEscape::space ? "%_" : "%-";
        } else {
            const auto& expansion = std::get<MacroExpand>(part);
            text += "%{";
            text += expansion.letter;
            if (expansion.keep != 0) text += std::to_string(expansion.keep);
            if (expansion.reverse) text += 'r';
            text += expansion.delimiters;
            text += '}';
        }
    }
    return text;
}

std::string expand(const MacroString& macro, const MacroValues& values) {
    std::string text;
    for (const auto& part : macro.parts) {
        if (const auto* literal = std::get_if<std::string>(&part)) {
            text += *literal;
        } else if (const auto* escape = std::get_if<MacroEscape>(&part)) {
            text += *escape == MacroEscape::percent ? "%" : *escape == MacroEscape::space ? " " : "%20";
        } else {
            const auto& expansion = std::get<MacroExpand>(part);
            std::string value =
                transformed(letter_value(base::to_lower(expansion.letter), values), expansion);
            text += base::is_upper(expansion.letter) ? url_escaped(value) : value;
        }
    }
    return text;
}

Parsed<dns::Name> target_name(std::string_view expansion) {
    if (expansion.ends_with('.')) expansion.remove_suffix(1);
    while (expansion.size() > longest_name) {
        const auto dot = expansion.find('.');
        if (dot == std::string_view::npos) break;
        expansion.remove_prefix(dot + 1);
    }
    auto name = dns::Name::from_dotted(expansion);
    if (name.has_error()) return domain_fault(std::move(name).error().message, 0);
    return std::move(*name);
}

}  // namespace spf
