// The tables of regions: their sources, and the networks that were found last.
#pragma once

#include <vector>

#include "relay/region.hpp"
#include "store/sqlite.hpp"

namespace store {

base::Result<std::vector<relay::Region>> read_regions(Connection& connection);  // by name
base::Result<void> write_region(Connection& connection, const relay::Region& region);
base::Result<std::vector<relay::NetworkSnapshot>> read_network_snapshots(
    Connection& connection);  // by region
base::Result<void> write_network_snapshot(Connection& connection, const relay::NetworkSnapshot& snapshot);
base::Result<void> remove_network_snapshot(Connection& connection, std::string_view region);

}  // namespace store
