// The DKIM keys of the store, all at once, and their life.
#pragma once

#include "relay/relay.hpp"
#include "store/sqlite.hpp"

namespace store {

base::Result<std::vector<relay::DkimKey>> read_dkim_keys(Connection& connection);  // by domain, selector
// No effect on a key that is gone: Connection::changed_rows() tells.
base::Result<void> write_dkim_life(Connection& connection, std::int64_t id, const relay::DkimLife& life);

}  // namespace store
