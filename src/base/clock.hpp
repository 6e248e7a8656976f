// Wall-clock time as an interface, so that tests can set it; and its RFC 3339 text.
#pragma once

#include <chrono>
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

}  // namespace base
