#include "relay/fallbacks.hpp"

#include <algorithm>
#include <string_view>

namespace relay {

namespace {

using Found = std::vector<const Relay*>;

bool has_name(const Found& found, std::string_view name) {
    return std::any_of(found.begin(), found.end(), [&](const Relay* each) { return each->name == name; });
}

}  // namespace

std::vector<const Relay*> fallbacks_of(const Relay& relay, const std::vector<Relay>& relays) {
    Found found;
    const auto is_new = [&](const Relay& other) {
        return other.name != relay.name && !has_name(found, other.name);
    };
    Found open = {&relay};  // the next to go through is the last
    while (!open.empty()) {
        const Relay& here = *open.back();
        open.pop_back();
        if (&here != &relay) {
            if (!is_new(here)) continue;
            found.push_back(&here);
        }
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
    auto rest = relays;
    std::erase_if(rest, [&](const Relay& other) { return other.name == relay.name; });
    for (const auto& other : relays) {
        if (other.name == relay.name || (other.fallback_to.empty() && !relay.fallback)) continue;
        const auto without = fallbacks_of(other, rest);
        for (const auto* fallback : fallbacks_of(other, relays))
            if (!has_name(without, fallback->name)) pairs.push_back({.first = &other, .fallback = fallback});
    }
    return pairs;
}

}  // namespace relay
