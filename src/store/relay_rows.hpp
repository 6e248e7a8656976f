// The tables of relays: the record, its domains, mail types, egress addresses and fallbacks.
#pragma once

#include <optional>
#include <vector>

#include "relay/relay.hpp"
#include "store/sqlite.hpp"

namespace store {

base::Result<std::vector<relay::Relay>> read_relays(Connection& connection);  // by name
base::Result<std::optional<relay::Relay>> find_relay(Connection& connection, std::string_view name);

// Of those whose password is to be stored.
base::Result<void> mark_missing_passwords(Connection& connection, std::vector<relay::Relay>& relays);

base::Result<std::string> find_relay_name(Connection& connection, relay::RelayId id);  // empty = gone
base::Result<base::Secret> read_password(Connection& connection, relay::RelayId id);   // empty = none

// Errors: conflict, when the name is taken; not_found, when there is none to update.
base::Result<relay::RelayId> insert_relay(Connection& connection, const relay::Relay& relay);
base::Result<void> update_relay(Connection& connection, const relay::Relay& relay);
// Empty = remove. Error: not_found.
base::Result<void> write_password(Connection& connection, relay::RelayId id, const base::Secret& password);

}  // namespace store
