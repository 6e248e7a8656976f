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

base::Result<std::string> parse_days(std::string_view text, std::string_view example,
                                     std::chrono::seconds most) {
    if (base::parse_span(text, most)) return std::string(text);
    return base::usage_error(
        fmt::format("not a time: {}: a number and s, m, h, d or w, such as 12h or {}, up to {}d",
                    base::quoted(text), example, most / std::chrono::hours(24)));
}

base::Result<std::string> parse_grace(std::string_view text) {
    return parse_days(text, "7d", std::chrono::hours(24 * 365));
}

base::Result<std::string> parse_keep(std::string_view text) {
    return parse_days(text, usual_log_keep, longest_log_keep);
}

base::Result<std::string> parse_failures(std::string_view text) {
    TRY_VOID(parse_failures_to_trip(text));
    return std::string(text);
}

base::Result<std::string> parse_command(std::string_view text) {
    constexpr std::size_t longest = 1000;
    if (!base::trim(text).empty() && text.size() <= longest && base::printable(text) == text)
        return std::string(text);
    return base::usage_error(
        fmt::format("not a command: {}: at most {} octets of UTF-8 without control characters",
                    base::quoted(text), longest));
}

base::Result<std::string> parse_domain(std::string_view text) {
    TRY(const auto domain, base::DomainName::parse(text));
    return domain.ascii();
}

constexpr Setting settings[] = {
    {.name = dkim_grace,
     .value = "TIME",
     .usual = "7d",
     .summary = "how long a DKIM key that is replaced from now on is retiring before it is retired: like 7d "
                "(default) or 12h",
     .parse = parse_grace},
    {.name = failures_to_trip,
     .value = "COUNT",
     .usual = usual_failures_to_trip,
     .summary =
         "failures in a row of connection, TLS or login that take a relay out of use for the rest of the "
         "day: 3 (default), 1 to 100, or never",
     .parse = parse_failures},
    {.name = local_domain,
     .value = "DOMAIN",
     .usual = {},
     .summary = "the domain that send puts to addresses without one, such as root in the mail of cron",
     .parse = parse_domain},
    {.name = log_keep,
     .value = "TIME",
     .usual = usual_log_keep,
     .summary = "how old lines of the log become: like 90d (default)",
     .parse = parse_keep},
    {.name = managed_return_path,
     .value = "ADDRESS",
     .usual = {},
     .summary = "the platform's own bounce address, which return path managed stands for",
     .parse = parse_bounce_address},
    {.name = notify_command,
     .value = "COMMAND",
     .usual = {},
     .summary =
         "a shell command, run once when a relay is taken out of use, the reason on its standard input",
     .parse = parse_command},
    {.name = time_zone,
     .value = "OFFSET",
     .usual = "UTC",
     .summary = "where the days of the daily limits begin: UTC (default) or like +09:00",
     .parse = parse_zone},
};

}  // namespace

base::Result<std::optional<unsigned>> parse_failures_to_trip(std::string_view text) {
    constexpr std::uint64_t most = 100;
    if (text == "never") return std::optional<unsigned>();
    const auto count = base::parse_decimal(text, most);
    if (count && *count > 0) return std::optional(static_cast<unsigned>(*count));
    return base::usage_error(
        fmt::format("not a number of failures: {}: 1 to {}, or never", base::quoted(text), most));
}

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
