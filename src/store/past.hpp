// The store as it was: a copy in memory, taken back change by change.
#pragma once

#include "relay/change.hpp"
#include "store/sqlite.hpp"

namespace store {

// Without secrets, probes, days and log. Errors: as of relay::Store::at().
base::Result<Connection> open_past(Connection& now, relay::ChangeId id);

}  // namespace store
