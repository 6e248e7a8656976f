#include "relay/fallbacks.hpp"

#include <algorithm>
#include <string_view>

namespace relay {

namespace {

using Found = std::vector<const Relay*>;

bool has_name(const Found& found, std::string_view name) {
    return std::any_of(found.begin(), found.end(), [&](const Relay* each) { return each->name == name; });
}

// `start` and those behind it, in the order in which they are tried; neither `whose` nor what is there twice.
void follow(const Relay& start, std::string_view whose, const std::vector<Relay>& relays, Found& found) {
    const auto is_new = [&](const Relay& other) {
        return other.name != whose && !has_name(found, other.name);
    };
    Found open = {&start};  // the next to go through is the last
    while (!open.empty()) {
        const Relay& here = *open.back();
        open.pop_back();
        if (here.name != whose) {
            if (!is_new(here)) continue;
            found.push_back(&here);
        }
        const auto& names = here.fallback_to;
        for (auto name = names.rbegin(); name != names.rend(); ++name)
            for (const auto& other : relays)
                if (other.name == *name && is_new(other)) open.push_back(&other);
    }
}

}  // namespace

std::vector<const Relay*> fallbacks_of(const Relay& relay, const std::vector<Relay>& relays) {
    Found found;
    follow(relay, relay.name, relays, found);
    if (relay.fallback) return found;
    for (const auto& other : relays)
        if (other.fallback && other.name != relay.name) follow(other, relay.name, relays, found);
    return found;
}

std::vector<StandIn> stand_ins_of(const Relay& relay, const std::vector<Relay>& relays) {
    std::vector<StandIn> pairs;
    for (const auto* fallback : fallbacks_of(relay, relays))
        pairs.push_back({.first = &relay, .fallback = fallback});
    auto rest = relays;
    std::erase_if(rest, [&](const Relay& other) { return other.name == relay.name; });
    // What a relay has that names none: it is the same for all of these, and they are many.
    Found usual;
    for (const auto& other : relays)
        if (other.fallback) follow(other, "", relays, usual);
    const bool is_usual = has_name(usual, relay.name);
    for (const auto& other : relays) {
        if (other.name == relay.name || (other.fallback_to.empty() && !is_usual)) continue;
        const auto without = fallbacks_of(other, rest);
        for (const auto* fallback : fallbacks_of(other, relays))
            if (!has_name(without, fallback->name)) pairs.push_back({.first = &other, .fallback = fallback});
    }
    return pairs;
}

}  // namespace relay
