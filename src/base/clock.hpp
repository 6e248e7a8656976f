// Wall-clock time as an interface, so that tests can set it; and its RFC 3339 text.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace base {

using Time = std::chrono::sys_seconds;  // UTC, whole seconds

class Clock {
  public:
    virtual ~Clock() = default;
    virtual Time now() const = 0;
};

class SystemClock final : public Clock {
  public:
    Time now() const override;
};

std::string to_rfc3339(Time time);                  // "2026-11-23T15:56:00Z"
Result<Time> parse_rfc3339(std::string_view text);  // exactly the form above
std::string year_and_month(Time time);              // "202611"

// "90s", "15m", "12h", "7d", "2w": a whole number of seconds, minutes, hours, days or weeks, above 0 and up
// to `most`. nullopt for all else.
std::optional<std::chrono::seconds> parse_span(std::string_view text, std::chrono::seconds most);
// In the largest unit up to days of which it has a whole one, rounded down: "0s", "59m", "400d". Negative
// is "0s".
std::string rounded_span(std::chrono::seconds span);

}  // namespace base
