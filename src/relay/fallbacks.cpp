#include "relay/fallbacks.hpp"

#include <algorithm>

namespace relay {

std::vector<const Relay*> fallbacks_of(const Relay& relay, const std::vector<Relay>& relays) {
    std::vector<const Relay*> found;
    const auto is_new = [&](const Relay& other) {
        return other.name != relay.name && std::find(found.begin(), found.end(), &other) == found.end();
    };
    std::vector<const Relay*> open = {&relay};  // the next to go through is the last
    while (!open.empty()) {
        const Relay& here = *open.back();
        open.pop_back();
        if (&here != &relay && is_new(here)) found.push_back(&here);
        const auto& names = here.fallback_to;
        for (auto name = names.rbegin(); name != names.rend(); ++name)
            for (const auto& other : relays)
                if (other.name == *name && is_new(other)) open.push_back(&other);
    }
    if (relay.fallback) return found;
    for (const auto& other : relays)
        if (other.fallback && is_new(other)) found.push_back(&other);
    return found;
}

std::vector<StandIn> stand_ins_of(const Relay& relay, const std::vector<Relay>& relays) {
    std::vector<StandIn> pairs;
    for (const auto* fallback : fallbacks_of(relay, relays))
        pairs.push_back({.first = &relay, .fallback = fallback});
    for (const auto& other : relays) {
        if (other.name == relay.name || (other.fallback_to.empty() && !relay.fallback)) continue;
        const auto fallbacks = other.fallback_to.empty() ? std::vector{&relay} : fallbacks_of(other, relays);
        for (const auto* fallback : fallbacks)
            if (fallback->name == relay.name) pairs.push_back({.first = &other, .fallback = &relay});
    }
    return pairs;
}

}  // namespace relay
