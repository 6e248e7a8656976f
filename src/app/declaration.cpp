#include "app/declaration.hpp"

#include <algorithm>

#include "app/declaration_rules.hpp"
#include "app/declared_state.hpp"

namespace app {

namespace {

using relay::ThingChange;

void add_if_any(std::optional<ThingChange> change, std::vector<ThingChange>& changes) {
    if (change) changes.push_back(std::move(*change));
}

base::Result<void> compare_relays(relay::Store& store, const StoredState& state,
                                  const Declaration& declaration, Differences& differences) {
    if (!declaration.relays) return {};
    std::set<std::string_view> declared;
    for (const auto& wanted : *declaration.relays) {
        const auto& name = wanted.relay.name;
        declared.insert(name);
        const auto* before = find(state.relays, name);
        auto change = relay::compare(before, &wanted.relay);
        if (before != nullptr && wanted.password) {
            TRY(const auto password, store.relay_password(before->id));
            if (password != *wanted.password) {
                if (!change) change = ThingChange{.thing = relay::Thing::relay, .name = name};
                change->fields.push_back({.field = "password"});
            }
        }
        add_if_any(std::move(change), differences.changes);
    }
    for (const auto& [name, relay] : state.relays)
        if (!declared.contains(name))
            add_if_any(relay::compare(&relay, static_cast<const relay::Relay*>(nullptr)),
                       differences.surplus);
    return {};
}

// Of a key that is there its life is its own.
relay::DkimKey comparable(const relay::DkimKey& wanted, const relay::DkimKey* before) {
    auto key = as_new(wanted);
    if (before != nullptr) key.life = before->life;
    return key;
}

void compare_keys(const StoredState& state, const Declaration& declaration, Differences& differences) {
    if (!declaration.keys) return;
    std::set<std::string> declared;
    for (const auto& wanted : *declaration.keys) {
        const auto name = relay::name_of(wanted.key);
        declared.insert(name);
        const auto* before = find(state.keys, name);
        const auto after = comparable(wanted.key, before);
        add_if_any(relay::compare(before, &after), differences.changes);
    }
    for (const auto& [name, key] : state.keys)
        if (!declared.contains(name))
            add_if_any(relay::compare(&key, static_cast<const relay::DkimKey*>(nullptr)),
                       differences.surplus);
}

void compare_domains(const StoredState& state, const Declaration& declaration, Differences& differences) {
    const auto declared = domains_of(declaration);
    for (const auto& name : declared) {
        const relay::Domain domain{.name = name};
        if (!state.domains.contains(name))
            add_if_any(relay::compare(static_cast<const relay::Domain*>(nullptr), &domain),
                       differences.changes);
    }
    if (!declaration.domains) return;
    auto used = declared;
    if (!declaration.relays)
        for (const auto& [name, relay] : state.relays)
            add_domains(relay, used);
    if (!declaration.keys)
        for (const auto& [name, key] : state.keys)
            used.insert(key.domain);
    for (const auto& [name, domain] : state.domains)
        if (!used.contains(name))
            add_if_any(relay::compare(&domain, static_cast<const relay::Domain*>(nullptr)),
                       differences.surplus);
}

void compare_settings(const StoredState& state, const Declaration& declaration, Differences& differences) {
    if (!declaration.settings) return;
    for (const auto& [name, value] : *declaration.settings) {
        const auto* before = find(state.settings, name);
        add_if_any(
            relay::compare_setting(name, before == nullptr ? std::nullopt : std::optional(*before), value),
            differences.changes);
    }
    for (const auto& [name, value] : state.settings)
        if (!declaration.settings->contains(name))
            add_if_any(relay::compare_setting(name, value, std::nullopt), differences.surplus);
}

void compare_regions(const StoredState& state, const Declaration& declaration, Differences& differences) {
    if (!declaration.regions) return;
    std::set<std::string_view> declared;
    for (const auto& region : *declaration.regions) {
        declared.insert(region.name);
        add_if_any(relay::compare(find(state.regions, region.name), &region), differences.changes);
    }
    for (const auto& [name, region] : state.regions)
        if (!declared.contains(name))
            add_if_any(relay::compare(&region, static_cast<const relay::Region*>(nullptr)),
                       differences.surplus);
}

}  // namespace

base::Result<Declaration> declare(relay::Store& store, Secrets secrets) {
    TRY(const auto state, read_state(store));
    Declaration declaration;
    declaration.settings.emplace(state.settings.begin(), state.settings.end());
    declaration.domains.emplace();
    for (const auto& [name, domain] : state.domains)
        declaration.domains->insert(name);
    declaration.regions.emplace();
    for (const auto& [name, region] : state.regions)
        declaration.regions->push_back(region);
    declaration.keys.emplace();
    for (const auto& [name, key] : state.keys) {
        declaration.keys->push_back({.key = key});
        if (secrets == Secrets::leave) continue;
        TRY(declaration.keys->back().private_key, store.dkim_private_key(key.id));
    }
    declaration.relays.emplace();
    for (const auto& [name, relay] : state.relays) {
        declaration.relays->push_back({.relay = relay});
        const bool stored = relay.login && relay.login->is_stored();
        if (secrets == Secrets::leave || !stored) continue;
        TRY(auto password, store.relay_password(relay.id));
        if (!password.empty()) declaration.relays->back().password = std::move(password);
    }
    return declaration;
}

base::Result<Differences> find_differences(relay::Store& store, const Declaration& declaration) {
    TRY(const auto state, read_state(store));
    Differences differences;
    TRY_VOID(compare_relays(store, state, declaration, differences));
    compare_domains(state, declaration, differences);
    compare_keys(state, declaration, differences);
    compare_settings(state, declaration, differences);
    compare_regions(state, declaration, differences);
    return differences;
}

}  // namespace app
