#include "relay/relay_day.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "base/text.hpp"

namespace relay {

namespace {

constexpr std::chrono::minutes farthest{14 * 60};

base::Error zone_error(std::string_view text) {
    return base::usage_error(
        fmt::format("not a time zone: {}: it is UTC or like +09:00, up to 14 hours", base::quoted(text)));
}

}  // namespace

base::Result<ZoneOffset> parse_zone_offset(std::string_view text) {
    if (base::equals_ignoring_case(text, "UTC")) return ZoneOffset(0);
    const bool well_formed = text.size() == 6 && (text[0] == '+' || text[0] == '-') &&
                             base::is_digit(text[1]) && base::is_digit(text[2]) && text[3] == ':' &&
                             base::is_digit(text[4]) && base::is_digit(text[5]);
    if (!well_formed) return zone_error(text);
    const auto number = [&](std::size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); };
    if (number(4) > 59) return zone_error(text);
    const ZoneOffset offset(number(1) * 60 + number(4));
    if (offset > farthest) return zone_error(text);
    return text[0] == '-' ? -offset : offset;
}

std::string to_string(ZoneOffset offset) {
    if (offset == ZoneOffset(0)) return "UTC";
    const auto minutes = std::abs(offset.count());
    return fmt::format("{}{:02}:{:02}", offset.count() < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

Day day_of(base::Time time, ZoneOffset offset) {
    return std::chrono::floor<std::chrono::days>(time + offset);
}

base::Time end_of(Day day, ZoneOffset offset) {
    return base::Time(day + std::chrono::days(1)) - offset;
}

std::string to_string(Day day) {
    const std::chrono::year_month_day date(day);
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

RelayDay day_of(const Relay& relay, const std::vector<RelayDay>& days) {
    const auto found =
        std::find_if(days.begin(), days.end(), [&](const RelayDay& day) { return day.relay == relay.id; });
    return found == days.end() ? RelayDay{.relay = relay.id} : *found;
}

std::uint64_t used(const Relay& relay, const RelayDay& day) {
    return relay.limit_unit == LimitUnit::recipients ? day.recipients : day.messages;
}

bool is_near_limit(const Relay& relay, const RelayDay& day) {
    constexpr std::uint64_t warn_at_percent = 80;
    return relay.daily_limit && used(relay, day) * 100 >= std::uint64_t{*relay.daily_limit} * warn_at_percent;
}

bool has_room(const Relay& relay, const RelayDay& day, std::uint64_t recipients) {
    if (day.limit_told) return false;
    if (!relay.daily_limit) return true;
    const auto more = relay.limit_unit == LimitUnit::recipients ? recipients : 1;
    const auto limit = std::uint64_t{*relay.daily_limit}, taken = used(relay, day);
    return taken <= limit && more <= limit - taken;
}

bool may_ever_carry(const Relay& relay, std::uint64_t recipients) {
    return relay.limit_unit != LimitUnit::recipients || !relay.daily_limit ||
           recipients <= *relay.daily_limit;
}

}  // namespace relay
