#include "dmarc/report_uri.hpp"

#include <algorithm>
#include <optional>

#include "base/domain_name.hpp"
#include "base/text.hpp"
#include "dns/plain_text.hpp"

namespace dmarc {

namespace {

// RFC 3986 section 2: unreserved, reserved and "%"; comma and "!" must be encoded (RFC 9989 section 4.8).
bool is_uri_byte(char c) {
    constexpr std::string_view marks = "-._~:/?#[]@$&'()*+;=%";
    return base::is_alnum(c) || marks.find(c) != std::string_view::npos;
}

std::optional<unsigned> hex_value(char c) {
    if (base::is_digit(c)) return static_cast<unsigned>(c - '0');
    const char lower = base::to_lower(c);
    if (lower >= 'a' && lower <= 'f') return static_cast<unsigned>(lower - 'a' + 10);
    return std::nullopt;
}

std::optional<std::string> decode_percent(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            result += text[i];
            continue;
        }
        if (i + 2 >= text.size()) return std::nullopt;
        const auto high = hex_value(text[i + 1]);
        const auto low = hex_value(text[i + 2]);
        if (!high || !low) return std::nullopt;
        result += static_cast<char>(*high << 4 | *low);
        i += 2;
    }
    return result;
}

bool is_size_limit(std::string_view text) {
    if (!text.empty() && std::string_view("kmgt").find(base::to_lower(text.back())) != std::string_view::npos)
        text.remove_suffix(1);
    return !text.empty() && std::all_of(text.begin(), text.end(), base::is_digit);
}

// The domain of "name@host?subject=x"; nullopt = not one usable ASCII address.
std::optional<std::string> read_mail_domain(std::string_view path) {
    const auto address = decode_percent(path.substr(0, path.find('?')));
    if (!address || address->starts_with("//")) return std::nullopt;
    const auto at = address->rfind('@');
    if (at == std::string::npos || at == 0 || at > 64) return std::nullopt;
    const auto is_plain = [](char c) { return c > 0x20 && c < 0x7f && c != '@'; };
    const std::string_view text = *address;
    if (!std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), is_plain))
        return std::nullopt;
    const auto domain = base::DomainName::parse(text.substr(at + 1));
    if (!domain) return std::nullopt;
    return domain->ascii();
}

}  // namespace

std::string_view scheme_of(std::string_view uri) {
    const auto colon = uri.find(':');
    if (colon == std::string_view::npos || colon == 0 || !base::is_alpha(uri.front())) return {};
    const auto scheme = uri.substr(0, colon);
    const auto is_scheme_byte = [](char c) { return base::is_alnum(c) || c == '+' || c == '-' || c == '.'; };
    return std::all_of(scheme.begin(), scheme.end(), is_scheme_byte) ? scheme : std::string_view();
}

ReportUri parse_report_uri(std::string_view text) {
    ReportUri result;
    if (const auto mark = text.rfind('!');
        mark != std::string_view::npos && is_size_limit(text.substr(mark + 1))) {
        result.size_limit = text.substr(mark + 1);
        text = text.substr(0, mark);
    }
    result.uri = text;
    const auto scheme = scheme_of(text);
    result.valid = !scheme.empty() && text.size() > scheme.size() + 1 &&
                   std::all_of(text.begin(), text.end(), is_uri_byte);
    if (!result.valid || !base::equals_ignoring_case(scheme, "mailto")) return result;
    const auto domain = read_mail_domain(text.substr(scheme.size() + 1));
    result.valid = domain.has_value();
    result.mail_domain = domain.value_or("");
    return result;
}

std::string intended_mailbox(std::string_view text) {
    constexpr std::string_view slashes = "mailto://";
    std::string meant = dns::plain_ascii(text);
    const auto open = meant.find('<');
    const auto close = meant.rfind('>');
    if (open != std::string::npos && close != std::string::npos && open < close)
        meant = meant.substr(open + 1, close - open - 1);
    std::erase_if(meant, [](char c) { return c == '"' || c == ' '; });
    if (base::equals_ignoring_case(std::string_view(meant).substr(0, slashes.size()), slashes))
        meant.erase(slashes.size() - 2, 2);
    if (scheme_of(meant).empty()) meant.insert(0, "mailto:");
    const auto uri = parse_report_uri(meant);
    return uri.valid && !uri.mail_domain.empty() ? uri.uri : std::string();
}

std::string misspelled_mailto(std::string_view uri) {
    const auto scheme = scheme_of(uri);
    if (!base::nearest(scheme, {"mailto"})) return {};
    return intended_mailbox(uri.substr(scheme.size() + 1));
}

std::vector<ReportUri> parse_report_uris(std::string_view value) {
    constexpr std::size_t most = 64;
    std::vector<ReportUri> uris;
    for (const auto piece : base::split(value, ',')) {
        const auto text = base::trim(piece);
        if (!text.empty() && uris.size() < most) uris.push_back(parse_report_uri(text));
    }
    return uris;
}

}  // namespace dmarc
