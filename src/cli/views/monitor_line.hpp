// A probe for monitoring systems, by the guidelines for Nagios plugins: one line, times as performance data,
// and a state that is the exit code.
#pragma once

#include "app/probe_relay.hpp"

namespace cli {

enum class MonitorState : int { ok = 0, warning = 1, critical = 2, unknown = 3 };

// Good is ok, or a warning when anything was found that is one (a certificate that expires soon); bad is
// critical; what could not be checked is unknown.
MonitorState monitor_state(const app::ProbeReport& report);

// "RELAYCTL OK - news: 587 tls works, 70 days left|connect=0.012s;;;0 ...", with its end.
std::string monitor_line(const app::ProbeReport& report, base::Time now);
// For what was not even begun: "RELAYCTL UNKNOWN - there is no relay ...".
std::string monitor_failure(const std::string& message);

}  // namespace cli
