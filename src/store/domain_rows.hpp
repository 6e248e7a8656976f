// The table of sender domains.
#pragma once

#include <optional>
#include <vector>

#include "relay/relay.hpp"
#include "store/sqlite.hpp"

namespace store {

base::Result<std::vector<relay::Domain>> read_domains(Connection& connection);  // by name
base::Result<std::optional<relay::Domain>> find_domain(Connection& connection, const base::DomainName& name);
base::Result<void> write_domain(Connection& connection,
                                const relay::Domain& domain);  // no effect if it is there

}  // namespace store
