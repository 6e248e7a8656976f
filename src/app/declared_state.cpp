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

namespace {

template <class Map, class Add>
void compare_each(const Map& before, const Map& after, Add add) {
    for (const auto& [name, thing] : before) {
        const auto found = after.find(name);
        add(name, &thing, found == after.end() ? nullptr : &found->second);
    }
    for (const auto& [name, thing] : after)
        if (!before.contains(name)) add(name, static_cast<decltype(&thing)>(nullptr), &thing);
}

bool has_password(const relay::Relay& relay) {
    return relay.login && relay.login->source == relay::PasswordSource::stored;
}

}  // namespace

std::vector<relay::ThingChange> compare_states(const StoredState& before, const StoredState& after) {
    std::vector<relay::ThingChange> changes;
    const auto add = [&](const auto&, const auto* old_thing, const auto* new_thing) {
        if (auto change = relay::compare(old_thing, new_thing)) changes.push_back(std::move(*change));
    };
    const auto add_relay = [&](const std::string& name, const relay::Relay* was, const relay::Relay* is) {
        auto change = relay::compare(was, is);
        if (was != nullptr && is != nullptr && has_password(*was) && !has_password(*is)) {
            if (!change) change = relay::ThingChange{.thing = relay::Thing::relay, .name = name};
            change->fields.push_back({.field = "password"});
        }
        if (change) changes.push_back(std::move(*change));
    };
    const auto add_setting = [&](const std::string& name, const std::string* was, const std::string* is) {
        const auto value = [](const std::string* text) {
            return text == nullptr ? std::nullopt : std::optional(*text);
        };
        if (auto change = relay::compare_setting(name, value(was), value(is)))
            changes.push_back(std::move(*change));
    };
    compare_each(before.relays, after.relays, add_relay);
    compare_each(before.keys, after.keys, add);
    compare_each(before.domains, after.domains, add);
    compare_each(before.settings, after.settings, add_setting);
    compare_each(before.regions, after.regions, add);
    return changes;
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
