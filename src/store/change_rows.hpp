// The tables of the history.
#pragma once

#include <string>
#include <vector>

#include "relay/change.hpp"
#include "store/sqlite.hpp"

namespace store {

base::Result<std::vector<relay::Change>> read_changes(Connection& connection);  // newest first
base::Error no_such_change(relay::ChangeId id);
// Error: not_found.
base::Result<std::string> read_changeset(Connection& connection, relay::ChangeId id);
// The id of `change` is ignored. Forgets the oldest beyond relay::most_changes.
base::Result<relay::ChangeId> write_change(Connection& connection, const relay::Change& change,
                                           std::string_view changeset);
// The inverse of everything after the change, newest first. Errors: not_found, conflict.
base::Result<void> rewind_to(Connection& connection, relay::ChangeId id);

}  // namespace store
