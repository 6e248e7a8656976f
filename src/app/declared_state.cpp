#include "app/declared_state.hpp"

namespace app {

base::Result<StoredState> read_state(relay::Store& store) {
    StoredState state;
    TRY(auto relays, store.relays());
    for (auto& relay : relays)
        state.relays.emplace(relay.name, relay);
    TRY(const auto keys, store.dkim_keys());
    for (const auto& key : keys)
        state.keys.emplace(relay::name_of(key), key);
    TRY(const auto domains, store.domains());
    for (const auto& domain : domains)
        state.domains.emplace(domain.name, domain);
    TRY(const auto settings, store.settings());
    state.settings.insert(settings.begin(), settings.end());
    TRY(const auto regions, store.regions());
    for (const auto& region : regions)
        state.regions.emplace(region.name, region);
    return state;
}

void add_domains(const relay::Relay& relay, std::set<base::DomainName>& domains) {
    for (const auto& domain : relay.domains)
        if (domain.name()) domains.insert(*domain.name());
}

std::set<base::DomainName> domains_of(const Declaration& declaration) {
    auto domains = declaration.domains.value_or(std::set<base::DomainName>());
    if (declaration.relays)
        for (const auto& wanted : *declaration.relays)
            add_domains(wanted.relay, domains);
    if (declaration.keys)
        for (const auto& wanted : *declaration.keys)
            domains.insert(wanted.key.domain);
    return domains;
}

}  // namespace app
