#include "base/clock.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"

namespace base {

Time SystemClock::now() const {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

std::string to_rfc3339(Time time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", int(date.year()), unsigned(date.month()),
                       unsigned(date.day()), clock.hours().count(), clock.minutes().count(),
                       clock.seconds().count());
}

Result<Time> parse_rfc3339(std::string_view text) {
    constexpr std::string_view shape = "dddd-dd-ddTdd:dd:ddZ";
    bool matches = text.size() == shape.size();
    for (std::size_t i = 0; matches && i < shape.size(); ++i)
        matches = shape[i] == 'd' ? is_digit(text[i]) : text[i] == shape[i];
    if (!matches) return usage_error("not a time like 2026-11-23T15:56:00Z: " + quoted(text));
    const auto number = [&](std::size_t at, std::size_t count) {
        int value = 0;
        for (char c : text.substr(at, count))
            value = value * 10 + (c - '0');
        return value;
    };
    const std::chrono::year_month_day date{std::chrono::year(number(0, 4)),
                                           std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                           std::chrono::day(static_cast<unsigned>(number(8, 2)))};
    if (!date.ok() || number(11, 2) > 23 || number(14, 2) > 59 || number(17, 2) > 59)
        return usage_error("no such date or time: " + quoted(text));
    return std::chrono::sys_days(date) + std::chrono::hours(number(11, 2)) +
           std::chrono::minutes(number(14, 2)) + std::chrono::seconds(number(17, 2));
}

std::string year_and_month(Time time) {
    const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(time));
    return fmt::format("{:04}{:02}", int(date.year()), unsigned(date.month()));
}

std::optional<std::chrono::seconds> parse_span(std::string_view text, std::chrono::seconds most) {
    constexpr std::pair<char, std::uint64_t> units[] = {
        {'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}};
    const auto limit = static_cast<std::uint64_t>(most.count());
    for (const auto& [letter, seconds] : units) {
        if (!text.ends_with(letter)) continue;
        const auto number = parse_decimal(text.substr(0, text.size() - 1), limit / seconds);
        if (number && *number > 0) return std::chrono::seconds(*number * seconds);
    }
    return std::nullopt;
}

std::string rounded_span(std::chrono::seconds span) {
    constexpr std::pair<char, std::int64_t> units[] = {{'d', 86400}, {'h', 3600}, {'m', 60}};
    for (const auto& [letter, seconds] : units)
        if (span.count() >= seconds) return fmt::format("{}{}", span.count() / seconds, letter);
    return fmt::format("{}s", std::max<std::int64_t>(span.count(), 0));
}

}  // namespace base
