// parse_term(): one directive or modifier (RFC 7208 sections 4.6.1, 5 and 6, grammar of section 12).
#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "spf/record.hpp"
#include "spf/suggest.hpp"

namespace spf {

namespace {

Fault domain_fault(std::string message, std::size_t offset = 0) {
    return {.id = "spf-bad-domain", .message = std::move(message), .offset = offset};
}

Fault length_fault(std::string_view written, unsigned longest, std::size_t offset) {
    return {.id = "spf-bad-prefix-length",
            .message = fmt::format("{} is no prefix length from 0 to {} without leading zeros",
                                   base::quoted(written), longest),
            .offset = offset};
}

Parsed<unsigned> parse_length(std::string_view digits, unsigned longest, std::size_t offset) {
    const auto length = base::parse_decimal(digits, longest);
    if (!length) return length_fault(digits, longest, offset);
    return static_cast<unsigned>(*length);
}

// Cuts "/24" or "//64" off the end; nullopt when there is no such end.
std::optional<std::string_view> cut_length(std::string_view& text, std::string_view slashes) {
    std::size_t begin = text.size();
    while (begin > 0 && base::is_digit(text[begin - 1]))
        --begin;
    if (begin == text.size() || !text.substr(0, begin).ends_with(slashes)) return std::nullopt;
    const std::string_view digits = text.substr(begin);
    text = text.substr(0, begin - slashes.size());
    return digits;
}

// [ ":" domain-spec ] [ dual-cidr-length ]. `argument` is what follows the name, `offset` its place.
template <class T>
Parsed<Mechanism> parse_host_mechanism(std::string_view argument, std::size_t offset) {
    T result;
    std::string_view rest = argument;
    if (const auto v6 = cut_length(rest, "//")) {
        TRY(result.length.v6, parse_length(*v6, 128, offset + rest.size() + 2));
    }
    if (const auto v4 = cut_length(rest, "/")) {
        TRY(result.length.v4, parse_length(*v4, 32, offset + rest.size() + 1));
    }
    if (rest.empty()) return Mechanism(std::move(result));
    if (rest.front() != ':' || rest.ends_with('/'))
        return Fault{.id = "spf-bad-prefix-length",
                     .message = fmt::format("{} is no prefix length", base::quoted(rest)),
                     .hint = "write /24 for IPv4, //64 for IPv6, /24//64 for both",
                     .offset = offset};
    auto domain = parse_domain_spec(rest.substr(1));
    if (domain.has_error()) return std::move(domain).error().moved_by(offset + 1);
    result.domain = std::move(*domain);
    return Mechanism(std::move(result));
}

// ":" domain-spec, without a prefix length.
Parsed<MacroString> parse_plain_domain(std::string_view name, std::string_view argument, std::size_t offset) {
    if (argument.empty() || argument.front() != ':' || argument.size() == 1)
        return domain_fault(fmt::format("{} needs a domain: {}:example.com", name, name), offset);
    auto domain = parse_domain_spec(argument.substr(1));
    if (!domain.has_error()) return domain;
    std::string_view rest = argument;
    if (cut_length(rest, "/") && rest.size() > 1 && parse_domain_spec(rest.substr(1)))
        return Fault{.id = "spf-bad-prefix-length",
                     .message = fmt::format("{} takes no prefix length", name),
                     .offset = offset + rest.size()};
    return std::move(domain).error().moved_by(offset + 1);
}

Fault network_fault(std::string_view name, std::string_view written, std::size_t offset) {
    const bool v4 = name == "ip4";
    return {.id = "spf-bad-network",
            .message = fmt::format("{} is not an {} address", base::quoted(written), v4 ? "IPv4" : "IPv6"),
            .hint = network_hint(v4 ? base::IpFamily::v4 : base::IpFamily::v6, written),
            .offset = offset};
}

// A netmask is meant as the length that it stands for.
std::string length_hint(std::string_view name, const base::IpAddress& address, std::string_view written) {
    for (unsigned length = 0; address.is_v4() && length <= 32; ++length) {
        const auto mask = length == 0 ? 0U : 0xffffffffU << (32 - length);
        const auto text =
            fmt::format("{}.{}.{}.{}", mask >> 24, mask >> 16 & 255, mask >> 8 & 255, mask & 255);
        if (written == text) return fmt::format("write {}:{}/{}", name, address.to_string(), length);
    }
    return fmt::format("write a length from 0 to {} behind the slash, or {}:{} for the one address",
                       address.bits(), name, address.to_string());
}

Parsed<base::IpPrefix> parse_network(std::string_view name, std::string_view argument, std::size_t offset) {
    const auto family = name == "ip4" ? base::IpFamily::v4 : base::IpFamily::v6;
    if (argument.size() < 2 || argument.front() != ':')
        return Fault{.id = "spf-bad-network",
                     .message = fmt::format("{} needs an address", name),
                     .hint = fmt::format("write the address behind {}: without a blank", name),
                     .offset = offset};
    const std::string_view text = argument.substr(1);
    const auto slash = text.find('/');
    const auto address = base::IpAddress::parse(text.substr(0, slash));
    if (!address || address->family() != family)
        return network_fault(name, text.substr(0, slash), offset + 1);
    base::IpPrefix prefix{*address, address->bits()};
    if (slash != std::string_view::npos) {
        auto length = parse_length(text.substr(slash + 1), address->bits(), offset + 2 + slash);
        if (length.has_error()) {
            auto fault = std::move(length).error();
            fault.hint = length_hint(name, *address, text.substr(slash + 1));
            return fault;
        }
        prefix.length = *length;
    }
    return prefix;
}

Parsed<Mechanism> parse_mechanism(std::string_view name, std::string_view argument, std::size_t offset) {
    if (name == "all") {
        if (argument.empty()) return Mechanism(All());
        return Fault{.id = "spf-all-argument", .message = "all takes no argument", .offset = offset};
    }
    if (name == "include") {
        TRY(auto domain, parse_plain_domain(name, argument, offset));
        return Mechanism(Include{std::move(domain)});
    }
    if (name == "exists") {
        TRY(auto domain, parse_plain_domain(name, argument, offset));
        return Mechanism(Exists{std::move(domain)});
    }
    if (name == "ptr") {
        if (argument.empty()) return Mechanism(Ptr());
        TRY(auto domain, parse_plain_domain(name, argument, offset));
        return Mechanism(Ptr{std::move(domain)});
    }
    if (name == "ip4") {
        TRY(auto prefix, parse_network(name, argument, offset));
        return Mechanism(Ip4{prefix});
    }
    if (name == "ip6") {
        TRY(auto prefix, parse_network(name, argument, offset));
        return Mechanism(Ip6{prefix});
    }
    if (name == "a") return parse_host_mechanism<A>(argument, offset);
    if (name == "mx") return parse_host_mechanism<Mx>(argument, offset);
    return Fault{.id = "spf-unknown-mechanism",
                 .message = fmt::format("there is no mechanism {}", base::quoted(name))};
}

std::optional<Qualifier> parse_qualifier(char c) {
    for (const auto qualifier : {Qualifier::pass, Qualifier::fail, Qualifier::softfail, Qualifier::neutral})
        if (c == to_char(qualifier)) return qualifier;
    return std::nullopt;
}

Parsed<Term> parse_directive(std::string_view text) {
    Directive directive;
    std::size_t begin = 0;
    if (const auto qualifier = parse_qualifier(text.front())) {
        directive.qualifier = *qualifier;
        begin = 1;
    }
    if (begin == 1 && text.size() == 1)
        return Fault{
            .id = "spf-unknown-mechanism",
            .message = fmt::format("{} stands alone: no blank follows a qualifier", base::quoted(text)),
            .hint = fmt::format("write {} and what it is for as one term, such as {}all", text, text)};
    const auto end = std::min(text.find_first_of(":/", begin), text.size());
    const std::string name = base::lower(text.substr(begin, end - begin));
    TRY(directive.mechanism, parse_mechanism(name, text.substr(end), end));
    return Term(std::move(directive));
}

// name = ALPHA *( ALPHA / DIGIT / "-" / "_" / "." )
bool is_modifier_name(std::string_view name) {
    return !name.empty() && base::is_alpha(name.front()) && std::all_of(name.begin(), name.end(), [](char c) {
        return base::is_alnum(c) || c == '-' || c == '_' || c == '.';
    });
}

Parsed<Term> parse_modifier(std::string_view name, std::string_view value) {
    if (!is_modifier_name(name)) {
        const bool qualified =
            !name.empty() && parse_qualifier(name.front()) && is_modifier_name(name.substr(1));
        return Fault{.id = "spf-bad-modifier",
                     .message = qualified ? fmt::format("the modifier {} takes no qualifier",
                                                        base::quoted(name.substr(1)))
                                          : fmt::format("{} is no name of a modifier", base::quoted(name))};
    }
    const std::string lower_name = base::lower(name);
    if (lower_name != "redirect" && lower_name != "exp") {
        auto macro = parse_macro_string(value, MacroPlace::term);
        if (macro.has_error()) return std::move(macro).error().moved_by(name.size() + 1);
        return Term(UnknownModifier{std::string(name), std::move(*macro)});
    }
    if (value.empty())
        return Fault{.id = "spf-bad-modifier", .message = fmt::format("{}= has no domain", lower_name)};
    auto domain = parse_domain_spec(value);
    if (domain.has_error()) return std::move(domain).error().moved_by(name.size() + 1);
    if (lower_name == "redirect") return Term(Redirect{std::move(*domain)});
    return Term(Explanation{std::move(*domain)});
}

// Everything in a term is a visible ASCII character (sections 3.1 and 12).
std::optional<Fault> byte_fault(std::string_view text) {
    const auto bad = std::find_if(text.begin(), text.end(), [](char c) { return c <= 0x20 || c >= 0x7f; });
    if (bad == text.end()) return std::nullopt;
    const auto offset = static_cast<std::size_t>(bad - text.begin());
    if (static_cast<unsigned char>(*bad) >= 0x80)
        return Fault{.id = "spf-not-ascii",
                     .message = fmt::format("{} has a byte that is not ASCII", base::quoted(text)),
                     .offset = offset};
    return Fault{
        .id = "spf-control-character",
        .message = fmt::format("{} has a control character; only blanks separate terms", base::quoted(text)),
        .offset = offset};
}

Parsed<Term> parse_strictly(std::string_view text) {
    if (text.empty()) return domain_fault("the term is empty");
    if (auto fault = byte_fault(text)) return std::move(*fault);
    // Section 4.6.1: a modifier has its "=" before any ":" or "/".
    const auto end = text.find_first_of("=:/");
    if (end != std::string_view::npos && text[end] == '=')
        return parse_modifier(text.substr(0, end), text.substr(end + 1));
    return parse_directive(text);
}

}  // namespace

Parsed<Term> parse_term(std::string_view text) {
    auto term = parse_strictly(text);
    if (!term.has_error()) return term;
    return explain_fault(text, std::move(term).error(),
                         [](std::string_view other) { return parse_strictly(other).has_value(); });
}

}  // namespace spf
