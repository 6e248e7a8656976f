// The addresses that a relay's host stands for.
#pragma once

#include <vector>

#include "dns/resolver.hpp"
#include "relay/relay.hpp"

namespace app {

// Two questions for a name, none for an address; IPv4 first. Empty where there is none, or none could be
// found.
net::Task<std::vector<base::IpAddress>> relay_addresses(dns::Resolver& resolver, relay::Host host);

}  // namespace app
