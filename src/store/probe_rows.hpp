// The table of what the last probe of each relay found.
#pragma once

#include <optional>
#include <vector>

#include "relay/last_probe.hpp"
#include "store/sqlite.hpp"

namespace store {

base::Result<std::vector<relay::LastProbe>> read_last_probes(Connection& connection);  // by relay id
base::Result<std::optional<relay::LastProbe>> find_last_probe(Connection& connection, relay::RelayId id);
// No effect if the relay is gone, with which its probe went.
base::Result<void> write_last_probe(Connection& connection, const relay::LastProbe& probe);

}  // namespace store
