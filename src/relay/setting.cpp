#include "relay/setting.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "mail/address.hpp"
#include "relay/relay_day.hpp"

namespace relay {

namespace {

base::Result<std::string> parse_bounce_address(std::string_view text) {
    TRY(const auto address, mail::Address::parse(text));
    return address.to_string();
}

base::Result<std::string> parse_zone(std::string_view text) {
    TRY(const auto offset, parse_zone_offset(text));
    return to_string(offset);
}

base::Result<std::string> parse_grace(std::string_view text) {
    constexpr std::chrono::seconds most = std::chrono::hours(24 * 365);
    if (base::parse_span(text, most)) return std::string(text);
    return base::usage_error("not a time: " + base::quoted(text) +
                             ": a number and s, m, h, d or w, such as 12h or 7d, up to 365d");
}

base::Result<std::string> parse_domain(std::string_view text) {
    TRY(const auto domain, base::DomainName::parse(text));
    return domain.ascii();
}

constexpr Setting settings[] = {
    {.name = dkim_grace,
     .value = "TIME",
     .summary = "how long a replaced DKIM key is retiring before it is retired: like 7d (default) or 12h",
     .parse = parse_grace},
    {.name = local_domain,
     .value = "DOMAIN",
     .summary = "the domain that send puts to addresses without one, such as root in the mail of cron",
     .parse = parse_domain},
    {.name = managed_return_path,
     .value = "ADDRESS",
     .summary = "the platform's own bounce address, which return path managed stands for",
     .parse = parse_bounce_address},
    {.name = time_zone,
     .value = "OFFSET",
     .summary = "where the days of the daily limits begin: UTC (default) or like +09:00",
     .parse = parse_zone},
};

}  // namespace

std::span<const Setting> all_settings() {
    return settings;
}

base::Result<const Setting*> find_setting(std::string_view name) {
    std::vector<std::string> names;
    for (const auto& setting : settings) {
        if (setting.name == name) return &setting;
        names.emplace_back(setting.name);
    }
    const auto nearest = base::nearest(name, names);
    return base::usage_error(
        fmt::format("no such setting: {}: there is {}", base::quoted(name), base::join(names, ", ")),
        nearest ? "did you mean " + *nearest + "?" : "relayctl config list");
}

}  // namespace relay
