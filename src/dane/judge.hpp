// What the look-ups of all mail hosts say together. Pure.
#pragma once

#include <vector>

#include "dane/host_lookup.hpp"
#include "dane/inspect.hpp"

namespace dane {

// Fills in hosts (but for the preference), findings and verdict; `lookups` in the order of `result.hosts`.
void judge_hosts(Inspection& result, const base::DomainName& domain, const std::vector<HostLookup>& lookups);

}  // namespace dane
