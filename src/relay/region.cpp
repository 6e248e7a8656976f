#include "relay/region.hpp"

#include <algorithm>

#include "base/domain_name.hpp"
#include "base/text.hpp"

namespace relay {

base::Result<std::string> parse_region_name(std::string_view text) {
    constexpr std::size_t longest = 32;
    const auto fits = [](char c) { return base::is_lower(c) || base::is_digit(c) || c == '-'; };
    if (!text.empty() && text.size() <= longest && text.front() != '-' &&
        std::all_of(text.begin(), text.end(), fits))
        return std::string(text);
    return base::usage_error("not a region: " + base::quoted(text) +
                             ": a to z, 0 to 9 and -, at most 32, such as eu or jp");
}

base::Result<std::string> parse_spf_name(std::string_view text) {
    if (text.find('_') == std::string_view::npos) {
        TRY(const auto name, base::DomainName::parse(text));
        return name.ascii();
    }
    // All else is as in a domain that sends mail.
    std::string without = base::lower(text);
    std::replace(without.begin(), without.end(), '_', 'x');
    const auto name = base::DomainName::parse(without);
    const bool is_plain = std::all_of(text.begin(), text.end(), [](char c) {
        return base::is_alnum(c) || c == '-' || c == '_' || c == '.';
    });
    if (name.has_error() || !is_plain)
        return base::usage_error("not a name with an SPF record: " + base::quoted(text));
    return base::lower(text).substr(0, name->ascii().size());
}

base::Result<base::IpPrefix> parse_region_network(std::string_view text) {
    TRY(const auto network, base::IpPrefix::parse(text));
    if (network.length == 0)
        return base::usage_error(base::quoted(text) + " is every address there is: whoever asks could send");
    return network;
}

}  // namespace relay
