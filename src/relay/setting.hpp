// The settings of a store: what holds for all of its relays.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace relay {

struct Setting {
    std::string_view name;                                      // "managed-return-path"
    std::string_view value;                                     // what kind: "ADDRESS"
    std::string_view usual;                                     // where it is not set; empty = nothing
    std::string_view summary;                                   // one line
    base::Result<std::string> (*parse)(std::string_view text);  // the text as it is stored; errors: usage
};

// The platform's own bounce address: what return path "managed" stands for.
inline constexpr std::string_view managed_return_path = "managed-return-path";

// The domain of addresses without one in mail that is sent, "root" for instance; when not set they are
// refused.
inline constexpr std::string_view local_domain = "local-domain";

// The zone in which the days of the daily limits begin; UTC when it is not set.
inline constexpr std::string_view time_zone = "time-zone";

// For how long a DKIM key that is replaced still signs where it is named; usual_dkim_grace when not set. It
// holds for keys that begin to retire from now on.
inline constexpr std::string_view dkim_grace = "dkim-grace";

// After so many failures in a row on one day (connection, TLS, login) nothing goes through a relay for the
// rest of it; "never" = it always does.
inline constexpr std::string_view failures_to_trip = "failures-to-trip";
inline constexpr std::string_view usual_failures_to_trip = "3";
base::Result<std::optional<unsigned>> parse_failures_to_trip(std::string_view text);  // nullopt = never

// A shell command that is run when a relay is tripped, the reason on its standard input.
inline constexpr std::string_view notify_command = "notify-command";

// How old lines of the log become.
inline constexpr std::string_view log_keep = "log-keep";
inline constexpr std::string_view usual_log_keep = "90d";
inline constexpr std::chrono::seconds longest_log_keep = std::chrono::hours(24 * 3650);

std::span<const Setting> all_settings();  // by name
// Errors: usage, with the nearest name as hint.
base::Result<const Setting*> find_setting(std::string_view name);

}  // namespace relay
