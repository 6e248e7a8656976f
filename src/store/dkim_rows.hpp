// The DKIM keys of the store, and their life.
#pragma once

#include "relay/relay.hpp"
#include "store/sqlite.hpp"

namespace store {

base::Result<std::vector<relay::DkimKey>> read_dkim_keys(Connection& connection);  // by domain, selector
base::Result<std::optional<relay::DkimKey>> find_dkim_key(Connection& connection,
                                                          const base::DomainName& domain,
                                                          std::string_view selector);
base::Result<std::optional<relay::DkimKey>> find_dkim_key(Connection& connection, std::int64_t id);
base::Result<std::optional<std::string>> find_deleted_dkim_key(Connection& connection,
                                                               const base::DomainName& domain,
                                                               std::string_view selector);
// Error: conflict, when the domain has a key of that selector.
base::Result<std::int64_t> write_dkim_key(Connection& connection, const relay::DkimKey& key,
                                          const base::Secret& private_key);
// No effect on a key that is gone: Connection::changed_rows() tells.
base::Result<void> write_dkim_life(Connection& connection, std::int64_t id, const relay::DkimLife& life);

}  // namespace store
