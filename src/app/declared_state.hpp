// A store's content by name, for comparing it with a declaration or with what it was.
#pragma once

#include <map>
#include <set>
#include <string>

#include "app/declaration.hpp"

namespace app {

template <class T>
using ByName = std::map<std::string, T, std::less<>>;

struct StoredState {
    ByName<relay::Relay> relays;
    ByName<relay::DkimKey> keys;  // "s1@example.com"
    std::map<base::DomainName, relay::Domain> domains;
    ByName<std::string> settings;
    ByName<relay::Region> regions;
};

base::Result<StoredState> read_state(relay::Store& store);

template <class T>
const T* find(const ByName<T>& things, std::string_view name) {
    const auto found = things.find(name);
    return found == things.end() ? nullptr : &found->second;
}

// What makes the one of the other. Of passwords it says that one goes: a relay that is in both and has lost
// it.
std::vector<relay::ThingChange> compare_states(const StoredState& before, const StoredState& after);

void add_domains(const relay::Relay& relay, std::set<base::DomainName>& domains);
// Those that it names, and those of its relays and keys.
std::set<base::DomainName> domains_of(const Declaration& declaration);

}  // namespace app
