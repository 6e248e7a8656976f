// Spans of time on the command line.
#pragma once

#include <chrono>
#include <string_view>

#include "base/result.hpp"

namespace cli {

// "5", "0.25": seconds with at most three decimals, above 0 and up to `most`. Error: usage, naming the
// option.
base::Result<std::chrono::milliseconds> parse_seconds(std::string_view option, std::string_view text,
                                                      std::chrono::seconds most);

// "90s", "15m", "12h", "7d", "2w": a whole number of seconds, minutes, hours, days or weeks, above 0 and up
// to `most`. Error: usage, naming the option.
base::Result<std::chrono::seconds> parse_span(std::string_view option, std::string_view text,
                                              std::chrono::seconds most);

}  // namespace cli
