// With --all-addresses: what the addresses of one host make of it together.
#pragma once

#include "app/probe_relay.hpp"

namespace app {

// Who connects meets any of the addresses: the worst of them is the host's verdict. Adds a finding for each
// that does not work, and for each that works and offers something else than the one that was taken for the
// report.
void judge_addresses(ProbeReport& report);

}  // namespace app
