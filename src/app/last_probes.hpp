// The last result of each relay's probe, as the store keeps it.
#pragma once

#include <optional>
#include <vector>

#include "app/probe_relay.hpp"
#include "relay/store.hpp"

namespace app {

// nullopt: not of a stored relay, or not as the store has it.
std::optional<relay::LastProbe> last_probe_of(const ProbeReport& report, base::Time at);

// Whether verdict or reason differ from what was kept; also when nothing was kept of this endpoint.
bool is_news(const ProbeReport& report, const std::optional<relay::LastProbe>& before);

// In one transaction. Relays that are gone are passed over. Errors: of the store.
base::Result<void> keep_last_probes(relay::Store& store, const std::vector<relay::LastProbe>& probes);

}  // namespace app
