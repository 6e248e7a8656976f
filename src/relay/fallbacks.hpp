// Which relays stand in for a relay, whatever the mail. Pure.
#pragma once

#include <vector>

#include "relay/relay.hpp"

namespace relay {

// Those it falls back to, and what these fall back to, in the order in which they are tried, then the store's
// fallback relay; disabled ones too. They are elements of `relays`.
std::vector<const Relay*> fallbacks_of(const Relay& relay, const std::vector<Relay>& relays);

// `fallback` stands in for `first`.
struct StandIn {
    const Relay* first = nullptr;
    const Relay* fallback = nullptr;
};
// Where `relay`, one of `relays`, is one of the two, or the only way from the one to the other.
std::vector<StandIn> stand_ins_of(const Relay& relay, const std::vector<Relay>& relays);

}  // namespace relay
