// What a probe noticed, with the command that helps.
#pragma once

#include "app/probe_address.hpp"
#include "app/probe_relay.hpp"

namespace app {

// Of a report whose combinations are judged. With a configured combination: its own problem, and of the
// others only what is wrong with the server whatever is asked of it. Without one: every problem, unless the
// verdict is good.
std::vector<finding::Finding> probe_findings(const ProbeReport& report, base::Time now);

// For a host without an address.
finding::Finding address_finding(const ProbeReport& report, const Resolution& resolution);

}  // namespace app
