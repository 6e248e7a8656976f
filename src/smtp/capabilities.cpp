#include "smtp/capabilities.hpp"

#include <algorithm>
#include <limits>

#include "base/text.hpp"

namespace smtp {

namespace {

constexpr std::size_t max_keywords = 100;
constexpr std::size_t max_mechanisms = 32;
constexpr std::size_t max_mechanism_octets = 20;  // RFC 4422 section 3.1

std::string upper(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        if (base::is_lower(c)) c = static_cast<char>(c - ('a' - 'A'));
    return result;
}

// sasl-mech = 1*20mech-char (RFC 4422 section 3.1), case folded.
bool is_mechanism(std::string_view text) {
    return !text.empty() && text.size() <= max_mechanism_octets &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return base::is_alnum(c) || c == '-' || c == '_'; });
}

Keyword split_keyword(std::string_view line) {
    line = base::trim(line);
    const std::size_t end = line.find_first_of(" \t");
    const std::string_view name = line.substr(0, end);
    const std::string_view parameters =
        end == std::string_view::npos ? std::string_view() : base::trim(line.substr(end));
    return {.name = std::string(name), .parameters = std::string(parameters)};
}

void add_mechanisms(Capabilities& capabilities, std::string_view words) {
    for (const std::string_view word : base::split(words, ' ')) {
        const std::string mechanism = upper(base::trim(word));
        if (!is_mechanism(mechanism)) continue;
        auto& known = capabilities.auth;
        if (std::find(known.begin(), known.end(), mechanism) != known.end()) continue;
        if (known.size() == max_mechanisms) {
            capabilities.cut = true;
            return;
        }
        known.push_back(mechanism);
    }
}

// RFC 1870 section 4: the number is optional. Dovecot's submission service leaves it out.
void read_size(Capabilities& capabilities, std::string_view digits) {
    if (digits.empty()) return;
    std::uint64_t size = 0;
    constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();
    for (const char c : digits) {
        if (!base::is_digit(c)) {
            capabilities.size_unreadable = true;
            return;
        }
        const auto digit = static_cast<std::uint64_t>(c - '0');
        if (size > (largest - digit) / 10) {
            capabilities.size_unreadable = true;
            size = largest;
            break;
        }
        size = size * 10 + digit;
    }
    if (!capabilities.size) capabilities.size = size;
}

void take_keyword(Capabilities& capabilities, Keyword keyword) {
    constexpr std::string_view old_auth = "AUTH=";
    if (base::equals_ignoring_case(keyword.name, "AUTH")) {
        add_mechanisms(capabilities, keyword.parameters);
    } else if (base::equals_ignoring_case(keyword.name.substr(0, old_auth.size()), old_auth)) {
        add_mechanisms(capabilities, keyword.name.substr(old_auth.size()));
        add_mechanisms(capabilities, keyword.parameters);
    } else if (base::equals_ignoring_case(keyword.name, "SIZE")) {
        read_size(capabilities, keyword.parameters);
    }
    capabilities.keywords.push_back(std::move(keyword));
}

}  // namespace

bool Capabilities::has(std::string_view keyword) const {
    return std::any_of(keywords.begin(), keywords.end(),
                       [&](const Keyword& known) { return base::equals_ignoring_case(known.name, keyword); });
}

Capabilities parse_capabilities(const Reply& reply) {
    Capabilities capabilities;
    if (!reply.lines.empty()) capabilities.server = split_keyword(reply.lines.front()).name;
    for (std::size_t i = 1; i < reply.lines.size(); ++i) {
        Keyword keyword = split_keyword(reply.lines[i]);
        if (keyword.name.empty()) continue;  // smtp-sink ends with "250 "
        if (capabilities.keywords.size() == max_keywords) {
            capabilities.cut = true;
            break;
        }
        take_keyword(capabilities, std::move(keyword));
    }
    return capabilities;
}

}  // namespace smtp
