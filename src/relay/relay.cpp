#include "relay/relay.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"

namespace relay {

using base::quoted;
using base::Result;
using base::usage_error;

namespace {

// Valid UTF-8 without control bytes is exactly what printable() leaves alone.
bool is_plain_text(std::string_view text) {
    return base::printable(text) == text;
}

Result<std::string> parse_line(std::string_view what, std::string_view text) {
    if (text.size() > 200) return usage_error(fmt::format("the {} is longer than 200 octets", what));
    if (!is_plain_text(text))
        return usage_error(fmt::format("the {} has control characters: {}", what, quoted(text)));
    return std::string(text);
}

}  // namespace

std::string_view to_string(Security security) {
    switch (security) {
        case Security::ssl:
            return "ssl";
        case Security::tls:
            return "tls";
        case Security::none:
            return "none";
    }
    return "?";
}

std::string_view to_string(MailType type) {
    switch (type) {
        case MailType::individual:
            return "individual";
        case MailType::mass:
            return "mass";
        case MailType::workflow:
            return "workflow";
    }
    return "?";
}

std::string_view to_string(KeyAlgorithm algorithm) {
    switch (algorithm) {
        case KeyAlgorithm::rsa:
            return "rsa";
        case KeyAlgorithm::ed25519:
            return "ed25519";
    }
    return "?";
}

Result<Security> parse_security(std::string_view text) {
    const auto word = base::lower(text);
    if (word == "ssl" || word == "smtps" || word == "implicit") return Security::ssl;
    if (word == "tls" || word == "starttls") return Security::tls;
    if (word == "none") return Security::none;
    return usage_error(
        fmt::format("no such security: {}: it is ssl (implicit TLS), tls (STARTTLS) or none", quoted(text)));
}

Result<MailType> parse_mail_type(std::string_view text) {
    for (const auto type : all_mail_types)
        if (text == to_string(type)) return type;
    return usage_error(
        fmt::format("no such mail type: {}: it is individual, mass or workflow", quoted(text)));
}

Result<KeyAlgorithm> parse_key_algorithm(std::string_view text) {
    for (const auto algorithm : {KeyAlgorithm::rsa, KeyAlgorithm::ed25519})
        if (text == to_string(algorithm)) return algorithm;
    return usage_error(fmt::format("no such key algorithm: {}: it is rsa or ed25519", quoted(text)));
}

Result<std::uint16_t> parse_port(std::string_view text, AnyPort any_port) {
    const auto port = base::parse_decimal(text, 65535);
    if (!port || *port == 0)
        return usage_error(fmt::format("not a port: {}: it is {}", quoted(text),
                                       any_port == AnyPort::yes ? "1 to 65535" : "25, 465 or 587"));
    if (any_port == AnyPort::no && *port != 25 && *port != 465 && *port != 587)
        return usage_error(fmt::format("port {} is not a mail port: it is 25, 465 or 587", *port),
                           "add --any-port if the relay really listens there");
    return static_cast<std::uint16_t>(*port);
}

Result<std::string> parse_relay_name(std::string_view text) {
    const auto is_inner = [](char c) {
        return base::is_lower(c) || base::is_digit(c) || c == '.' || c == '_' || c == '-';
    };
    const bool valid = !text.empty() && text.size() <= 63 &&
                       (base::is_lower(text[0]) || base::is_digit(text[0])) &&
                       std::all_of(text.begin(), text.end(), is_inner);
    if (valid) return std::string(text);
    return usage_error(
        fmt::format("not a relay name: {}: 1 to 63 of a-z 0-9 . _ -, the first a letter or digit",
                    quoted(text)),
        "put free text in --description");
}

Result<std::string> parse_selector(std::string_view text) {
    // One or more sub-domain labels (RFC 6376 section 3.1); unlike a domain name it may end with a number.
    const auto is_label = [](std::string_view label) {
        return !label.empty() && label.front() != '-' && label.back() != '-' &&
               std::all_of(label.begin(), label.end(), [](char c) { return base::is_alnum(c) || c == '-'; });
    };
    const auto labels = base::split(text.substr(0, 64), '.');
    if (text.size() <= 63 && std::all_of(labels.begin(), labels.end(), is_label)) return base::lower(text);
    return usage_error(
        fmt::format("not a selector: {}: letters, digits, hyphens and dots, at most 63", quoted(text)));
}

Result<std::optional<std::uint32_t>> parse_daily_limit(std::string_view text) {
    constexpr std::uint64_t largest = 100'000'000;
    if (text == "none") return std::optional<std::uint32_t>();
    const auto limit = base::parse_decimal(text, largest);
    if (!limit || *limit == 0)
        return usage_error(fmt::format("not a daily limit: {}: 1 to {}, or none", quoted(text), largest));
    return std::optional<std::uint32_t>(static_cast<std::uint32_t>(*limit));
}

Result<LimitUnit> parse_limit_unit(std::string_view text) {
    for (const auto unit : {LimitUnit::messages, LimitUnit::recipients})
        if (text == to_string(unit)) return unit;
    return usage_error(fmt::format("no such unit: {}: it is messages or recipients", quoted(text)));
}

std::string_view to_string(LimitUnit unit) {
    return unit == LimitUnit::recipients ? "recipients" : "messages";
}

Result<OverLimit> parse_over_limit(std::string_view text) {
    for (const auto over : {OverLimit::fallback, OverLimit::defer, OverLimit::reject})
        if (text == to_string(over)) return over;
    return usage_error(fmt::format(
        "not what becomes of mail past a limit: {}: it is fallback, defer or reject", quoted(text)));
}

std::string_view to_string(OverLimit over) {
    switch (over) {
        case OverLimit::fallback:
            return "fallback";
        case OverLimit::defer:
            return "defer";
        case OverLimit::reject:
            return "reject";
    }
    return "?";
}

Result<std::uint16_t> parse_priority(std::string_view text) {
    const auto priority = base::parse_decimal(text, 65535);
    if (!priority)
        return usage_error(fmt::format("not a priority: {}: 0 to 65535, lower first", quoted(text)));
    return static_cast<std::uint16_t>(*priority);
}

Result<std::string> parse_fingerprint(std::string_view text) {
    std::string digits;
    for (const char c : base::lower(text))
        if (c != ':') digits += c;
    const bool hex = std::all_of(digits.begin(), digits.end(),
                                 [](char c) { return base::is_digit(c) || (c >= 'a' && c <= 'f'); });
    if (hex && digits.size() == 64) return digits;
    return usage_error(
        fmt::format("not a SHA-256 fingerprint: {}: 64 hexadecimal digits, colons allowed", quoted(text)),
        "openssl x509 -in cert.pem -noout -fingerprint -sha256");
}

Result<std::string> parse_description(std::string_view text) {
    return parse_line("description", text);
}

Result<std::string> parse_note(std::string_view text) {
    return parse_line("note", text);
}

Result<Host> Host::parse(std::string_view text) {
    auto literal = text;
    if (literal.size() > 2 && literal.front() == '[' && literal.back() == ']')
        literal = literal.substr(1, literal.size() - 2);
    if (const auto address = base::IpAddress::parse(literal)) return Host(*address);
    auto name = base::DomainName::parse(text, 1);
    if (name) return Host(std::move(*name));
    base::Error error = std::move(name).error();
    constexpr std::string_view domain_words = "not a domain name";
    if (error.message.starts_with(domain_words))
        error.message.replace(0, domain_words.size(), "not a host name or IP address");
    return error;
}

std::string Host::to_string() const {
    if (const auto* host_name = name()) return host_name->ascii();
    return std::get<base::IpAddress>(value_).to_string();
}

std::optional<base::IpAddress> Host::address() const {
    if (const auto* ip = std::get_if<base::IpAddress>(&value_)) return *ip;
    return std::nullopt;
}

Result<DomainPattern> DomainPattern::parse(std::string_view text) {
    if (text == "*") return any();
    const bool below_it = text.starts_with("*.");
    TRY(auto name, base::DomainName::parse(below_it ? text.substr(2) : text));
    return below_it ? below(std::move(name)) : DomainPattern(std::move(name));
}

DomainPattern DomainPattern::below(base::DomainName name) {
    DomainPattern pattern(std::move(name));
    pattern.below_ = true;
    return pattern;
}

bool DomainPattern::covers(const base::DomainName& domain) const {
    if (is_any()) return true;
    return below_ ? domain.ascii().ends_with("." + name_->ascii()) : domain == *name_;
}

std::string DomainPattern::to_string() const {
    if (is_any()) return "*";
    return below_ ? "*." + name_->ascii() : name_->ascii();
}

Result<ReturnPath> parse_return_path(std::string_view text) {
    if (text == "managed") return ReturnPath(ManagedReturnPath{});
    if (text == "from") return ReturnPath(FromReturnPath{});
    if (text == "<>") return ReturnPath(NullReturnPath{});
    auto address = mail::Address::parse(text);
    if (address.has_value()) return ReturnPath(std::move(*address));
    return std::move(address).error().with_hint("a return path is managed, from, <> or an address");
}

std::string to_string(const ReturnPath& return_path) {
    if (std::holds_alternative<ManagedReturnPath>(return_path)) return "managed";
    if (std::holds_alternative<FromReturnPath>(return_path)) return "from";
    if (std::holds_alternative<NullReturnPath>(return_path)) return "<>";
    return std::get<mail::Address>(return_path).to_string();
}

}  // namespace relay
