#include "spf/suggest.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "base/a_labels.hpp"
#include "base/text.hpp"
#include "dns/plain_text.hpp"

namespace spf {

namespace {

constexpr std::size_t longest_suggestion = 255;

std::string_view strip_any(std::string_view text, std::string_view what) {
    const auto begin = text.find_first_not_of(what);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(what) - begin + 1);
}

struct Parts {
    std::string qualifier;  // empty or one character
    std::string name;       // in lower case
    std::string rest;       // from the first of "=:/" on
};

Parts take_apart(std::string_view term) {
    Parts parts;
    if (!term.empty() && std::string_view("+-~?").find(term.front()) != std::string_view::npos) {
        parts.qualifier = term.front();
        term.remove_prefix(1);
    }
    const auto end = std::min(term.find_first_of("=:/"), term.size());
    parts.name = base::lower(term.substr(0, end));
    parts.rest = term.substr(end);
    return parts;
}

// "192.0.2.1", "192.0.2.0/24", "2001:db8::1" -> "ip4:192.0.2.1" ...
std::string as_network(std::string_view text) {
    const auto address = base::IpAddress::parse(text.substr(0, text.find('/')));
    if (!address) return {};
    return fmt::format("{}:{}", address->is_v4() ? "ip4" : "ip6", text);
}

std::string renamed(const Parts& parts) {
    struct Alias {
        std::string_view wrong, right;
    };
    constexpr std::array<Alias, 8> aliases = {{{"ipv4", "ip4"},
                                               {"ip4v", "ip4"},
                                               {"ipv6", "ip6"},
                                               {"ip6v", "ip6"},
                                               {"includes", "include"},
                                               {"aaaa", "a"},
                                               {"host", "a"},
                                               {"mail", "mx"}}};
    for (const auto& alias : aliases)
        if (parts.name == alias.wrong) return std::string(alias.right);
    if (parts.name.size() < 2) return {};
    static const std::vector<std::string> names = {"all", "include", "mx", "ip4", "ip6", "exists", "ptr"};
    return base::nearest(parts.name, names).value_or("");
}

// Candidates for an unknown mechanism, the likeliest first.
std::vector<std::string> mechanism_candidates(std::string_view term) {
    const Parts parts = take_apart(term);
    const std::string rest_after_mark = parts.rest.empty() ? "" : parts.rest.substr(1);
    std::vector<std::string> result;
    const std::string_view unqualified = term.substr(parts.qualifier.size());
    result.push_back(as_network(unqualified));
    if (parts.name == "ip" || parts.name == "ipv4" || parts.name == "ipv6" || parts.name == "a" ||
        parts.name == "mx" || parts.name == "include" || parts.name == "ip4" || parts.name == "ip6")
        result.push_back(as_network(rest_after_mark));
    if (parts.name == "redirect" || parts.name == "exp") {
        result.push_back(parts.name + "=" + rest_after_mark);
        return result;
    }
    const std::string name = renamed(parts);
    if (!name.empty()) {
        std::string rest = parts.rest;
        if (rest.starts_with('=')) rest.front() = ':';
        result.push_back(name == "all" ? name : name + rest);
    }
    if (parts.name.find('.') != std::string::npos && parts.rest.empty())
        result.push_back("include:" + parts.name);
    if (const auto end = base::lower(term).find_last_not_of('.'); end != std::string::npos)
        result.push_back(std::string(unqualified.substr(0, end + 1 - parts.qualifier.size())));
    for (auto& candidate : result)
        if (!candidate.empty() && !candidate.starts_with("redirect=") && !candidate.starts_with("exp="))
            candidate.insert(0, parts.qualifier);
    return result;
}

// "~allip4:192.0.2.1" -> "~all ip4:192.0.2.1": the place where a blank makes two good terms of one bad one.
std::optional<std::string> split_in_two(std::string_view term, IsTerm is_term) {
    constexpr std::array<std::string_view, 13> beginnings = {
        "-all",    "~all", "?all",      "+all", "ip4:", "ip6:", "include:",
        "exists:", "mx:",  "redirect=", "exp=", "a:",   "mx"};
    for (const auto beginning : beginnings) {
        const auto at = term.find(beginning, 1);
        if (at == std::string_view::npos) continue;
        if (is_term(term.substr(0, at)) && is_term(term.substr(at)))
            return fmt::format("{} {}", term.substr(0, at), term.substr(at));
    }
    for (std::size_t at = 3; at <= 4 && at < term.size(); ++at)
        if (base::lower(term.substr(0, at)).ends_with("all") && is_term(term.substr(0, at)) &&
            is_term(term.substr(at)))
            return fmt::format("{} {}", term.substr(0, at), term.substr(at));
    return std::nullopt;
}

std::optional<std::string> split_at_separators(std::string_view term, IsTerm is_term) {
    if (term.find_first_of(",;") == std::string_view::npos) return std::nullopt;
    std::string spaced(term);
    std::replace_if(
        spaced.begin(), spaced.end(), [](char c) { return c == ',' || c == ';'; }, ' ');
    std::vector<std::string> good;
    for (const auto piece : base::split(spaced, ' ')) {
        if (piece.empty()) continue;
        if (!is_term(piece)) return std::nullopt;
        good.emplace_back(piece);
    }
    return base::join(good, " ");
}

// The domain of the term in A-labels (RFC 8616 section 4).
std::string with_a_labels(std::string_view term) {
    const auto mark = term.find_first_of(":=");
    if (mark == std::string_view::npos) return std::string(term);
    return std::string(term.substr(0, mark + 1)) + base::to_a_labels(term.substr(mark + 1));
}

// What was meant may be any policy, and followed to the letter "all" lets the whole world pass.
std::string write(std::string_view text) {
    return text == "all" || text == "+all" ? "write -all or ~all" : fmt::format("write {}", text);
}

}  // namespace

std::string network_hint(base::IpFamily family, std::string_view written) {
    if (const auto address = base::IpAddress::parse(written); address && address->family() != family)
        return write((address->is_v4() ? "ip4:" : "ip6:") + std::string(written));
    if (const auto inner = strip_any(written, "[]"); inner != written && base::IpAddress::parse(inner))
        return write((family == base::IpFamily::v4 ? "ip4:" : "ip6:") + std::string(inner));
    if (family == base::IpFamily::v6) return {};
    // Three octets or fewer: the rest is the prefix length.
    const std::string_view given = strip_any(written, ".");
    const auto octets = base::split(given, '.');
    const bool numbers = std::all_of(octets.begin(), octets.end(), [](std::string_view octet) {
        return base::parse_decimal(octet, 255).has_value();
    });
    if (numbers && octets.size() < 4) {
        std::string whole(given);
        for (std::size_t i = octets.size(); i < 4; ++i)
            whole += ".0";
        return write(fmt::format("ip4:{}/{}", whole, octets.size() * 8));
    }
    if (const auto colon = written.find(':');
        colon != std::string_view::npos && base::IpAddress::parse(written.substr(0, colon)))
        return write(fmt::format("ip4:{}, without the port", written.substr(0, colon)));
    if (octets.size() >= 2 && base::is_alpha(written.back()))
        return write(fmt::format("a:{} for the addresses of a host", written));
    return {};
}

Fault explain_fault(std::string_view term, Fault fault, IsTerm is_term) {
    if (term.size() > longest_suggestion) return fault;
    if (const std::string plain = dns::plain_ascii(term); plain != term) {
        if (fault.id == "spf-not-ascii" && dns::has_smart_quote(term)) fault.id = "spf-smart-quotes";
        if (is_term(plain)) fault.hint = write(plain);
        return fault;
    }
    if (const auto bare = strip_any(term, "\"'\\"); bare.size() != term.size() && is_term(bare)) {
        fault.id = "spf-literal-quotes";
        fault.message = fmt::format("{} has a quotation mark or backslash in it", base::quoted(term));
        fault.hint = write(bare);
        return fault;
    }
    if (const auto spaced = split_at_separators(term, is_term)) {
        fault.id = "spf-separator";
        fault.message = fmt::format("{}: only blanks separate terms", base::quoted(term));
        fault.hint = write(*spaced);
        return fault;
    }
    if (const auto two = split_in_two(term, is_term)) {
        fault.id = "spf-glued-terms";
        fault.message = fmt::format("{}: the blank between two terms is missing", base::quoted(term));
        fault.hint = write(*two);
        return fault;
    }
    if (!fault.hint.empty()) return fault;
    if (fault.id == "spf-not-ascii") {
        if (const std::string ascii = with_a_labels(term); ascii != term && is_term(ascii))
            fault.hint = write(ascii);
        return fault;
    }
    if (fault.id == "spf-bad-modifier" && !take_apart(term).qualifier.empty() && is_term(term.substr(1))) {
        fault.hint = write(term.substr(1));
        return fault;
    }
    for (const auto& candidate : mechanism_candidates(term))
        if (!candidate.empty() && candidate != term && is_term(candidate)) {
            fault.hint = write(candidate);
            break;
        }
    return fault;
}

std::string meant_mechanism(std::string_view modifier, IsTerm is_term) {
    if (modifier.size() > longest_suggestion) return {};
    Parts parts = take_apart(modifier);
    static const std::vector<std::string> exact = {"a",   "mx",      "ptr",    "ip4",
                                                   "ip6", "include", "exists", "all"};
    const bool known = std::find(exact.begin(), exact.end(), parts.name) != exact.end();
    const std::string name = known ? parts.name : parts.name == "ip" ? "ip4" : renamed(parts);
    // "rp", "ra" and "rr" (RFC 6652) are two letters away from nothing, but near "mx" and the like.
    if (name.empty() || parts.rest.size() < 2 || (!known && parts.name.size() < 3 && parts.name != "ip"))
        return {};
    const std::string candidate = name + ":" + parts.rest.substr(1);
    return is_term(candidate) ? candidate : std::string();
}

}  // namespace spf
