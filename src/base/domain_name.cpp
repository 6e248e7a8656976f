#include "base/domain_name.hpp"

#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <idn2.h>

#include "base/text.hpp"

namespace base {

namespace {

Error domain_error(std::string_view text, std::string_view why, std::size_t offset = 0) {
    Error error = usage_error(fmt::format("not a domain name: {}: {}", quoted(text), why));
    error.offset = offset;
    return error;
}

// idn2 maps upper case and normalises; it refuses what IDNA 2008 does not allow.
Result<std::string> to_ascii(std::string_view text) {
    if (std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }))
        return lower(text);
    char* output = nullptr;
    const int status =
        idn2_to_ascii_8z(std::string(text).c_str(), &output, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);
    const std::unique_ptr<char, void (*)(void*)> owner(output, idn2_free);
    if (status != IDN2_OK) return domain_error(text, idn2_strerror(status));
    return std::string(output);
}

// Where label number `wanted` begins in the text as given. IDNA knows three more dots (RFC 3490 section 3.1).
std::size_t label_offset(std::string_view text, std::size_t wanted) {
    std::size_t offset = 0;
    for (std::size_t i = 0; i < text.size() && wanted > 0; ++i) {
        std::size_t length = 0;
        for (const std::string_view dot : {".", "\u3002", "\uff0e", "\uff61"})
            if (text.substr(i).starts_with(dot)) length = dot.size();
        if (length == 0) continue;
        offset = i + length;
        --wanted;
    }
    return offset;
}

std::string_view label_fault(std::string_view label) {
    if (label.empty()) return "it has an empty label";
    if (label.size() > 63) return "a label is longer than 63 octets";
    if (label.front() == '-' || label.back() == '-') return "a label begins or ends with a hyphen";
    if (label.find('_') != std::string_view::npos) return "a domain that sends mail has no underscore";
    if (!std::all_of(label.begin(), label.end(), [](char c) { return is_alnum(c) || c == '-'; }))
        return "only letters, digits, hyphens and dots are allowed";
    return {};
}

}  // namespace

Result<DomainName> DomainName::parse(std::string_view text, std::size_t minimum_labels) {
    if (text.empty()) return domain_error(text, "it is empty");
    if (text.size() > 1024) return domain_error(text, "it is longer than 253 octets");
    if (text.find('\0') != std::string_view::npos)
        return domain_error(text, "it has a NUL byte", text.find('\0'));
    TRY(auto ascii, to_ascii(text));
    if (ascii.ends_with('.')) ascii.pop_back();
    if (ascii.size() > 253) return domain_error(text, "it is longer than 253 octets");
    const auto labels = split(ascii, '.');
    for (std::size_t i = 0; i < labels.size(); ++i)
        if (const auto fault = label_fault(labels[i]); !fault.empty())
            return domain_error(text, fault, label_offset(text, i));
    if (labels.size() < minimum_labels) return domain_error(text, "it has no dot");
    if (std::all_of(labels.back().begin(), labels.back().end(), is_digit))
        return domain_error(text, "the last label is a number");
    return DomainName(std::move(ascii));
}

std::string DomainName::unicode() const {
    if (ascii_.find("xn--") == std::string::npos) return ascii_;
    char* output = nullptr;
    const int status = idn2_to_unicode_8z8z(ascii_.c_str(), &output, 0);
    const std::unique_ptr<char, void (*)(void*)> owner(output, idn2_free);
    if (status != IDN2_OK) return ascii_;
    // An A-label that encodes nothing would vanish: what does not lead back is not shown.
    const auto back = to_ascii(output);
    return back.has_value() && *back == ascii_ ? std::string(output) : ascii_;
}

}  // namespace base
