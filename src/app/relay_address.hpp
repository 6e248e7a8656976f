// The addresses that a relay's host stands for.
#pragma once

#include <string>
#include <vector>

#include "dns/resolver.hpp"
#include "relay/relay.hpp"

namespace app {

struct RelayAddresses {
    std::vector<base::IpAddress> found = {};  // IPv4 first; empty where there is none, or none could be found
    std::string failure = {};                 // why a question stayed without an answer: "no answer from ..."
};

// Two questions at once for a name, none for an address.
net::Task<RelayAddresses> relay_addresses(dns::Resolver& resolver, relay::Host host);

}  // namespace app
