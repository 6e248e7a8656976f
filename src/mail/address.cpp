#include "mail/address.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace mail {

namespace {

base::Error address_error(std::string_view text, std::string_view why, std::size_t offset = 0) {
    base::Error error = base::usage_error(fmt::format("not a mail address: {}: {}", base::quoted(text), why));
    error.offset = offset;
    return error;
}

// atext of RFC 5321, and any UTF-8 byte (RFC 6531 section 3.3).
bool is_atext(char c) {
    constexpr std::string_view others = "!#$%&'*+-/=?^_`{|}~";
    return base::is_alnum(c) || others.find(c) != std::string_view::npos ||
           static_cast<unsigned char>(c) >= 0x80;
}

std::string_view dot_string_fault(std::string_view local) {
    if (local.empty()) return "nothing stands before the @";
    if (local.front() == '.' || local.back() == '.' || local.find("..") != std::string_view::npos)
        return "a dot at an end or two in a row before the @";
    for (const char c : local)
        if (!is_atext(c) && c != '.') return "a character that only a quoted local part may have";
    return {};
}

std::string_view quoted_string_fault(std::string_view local) {
    if (local.size() < 2 || local.back() != '"') return "the quotation is not closed";
    const auto inner = local.substr(1, local.size() - 2);
    for (std::size_t i = 0; i < inner.size(); ++i) {
        if (inner[i] == '"') return "a quote inside the quotation";
        if (inner[i] == '\\' && ++i == inner.size()) return "the quotation ends with a backslash";
    }
    return {};
}

}  // namespace

base::Result<Address> Address::parse(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i)
        if (base::is_control(text[i])) return address_error(text, "it has a control character", i);
    // RFC 6532 section 3.1 wants valid UTF-8; the C1 and the bidirectional controls are of no use here.
    if (base::printable(text) != text)
        return address_error(text, "it is not UTF-8, or has an invisible control");
    const auto at = text.rfind('@');
    if (at == std::string_view::npos) return address_error(text, "it has no @");
    const auto local = text.substr(0, at);
    if (local.size() > 64) return address_error(text, "more than 64 octets before the @");
    const auto fault = local.starts_with('"') ? quoted_string_fault(local) : dot_string_fault(local);
    if (!fault.empty()) return address_error(text, fault);
    auto domain = base::DomainName::parse(text.substr(at + 1), 1);
    if (domain.has_error()) {
        base::Error error = std::move(domain).error();
        error.offset = error.offset.value_or(0) + at + 1;
        return error;
    }
    return Address(std::string(local), std::move(*domain));
}

}  // namespace mail
