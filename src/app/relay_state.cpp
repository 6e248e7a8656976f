// find, enable, disable, delete.
#include <algorithm>

#include <fmt/format.h>

#include "app/relays.hpp"
#include "app/reservation.hpp"
#include "base/text.hpp"

namespace app {

using relay::Relay;

base::Result<Relay> find_relay(relay::Store& store, const std::string& name) {
    TRY(auto found, store.find_relay(name));
    if (found) return std::move(*found);
    TRY(const auto relays, store.relays());
    std::vector<std::string> names;
    for (const auto& relay : relays)
        names.push_back(relay.name);
    const auto suggestion = base::nearest(name, names);
    return base::Error{.kind = base::ErrorKind::not_found,
                       .message = "there is no relay " + base::quoted(name),
                       .hint = suggestion ? fmt::format("did you mean {}?", *suggestion) : "relayctl list"};
}

base::Result<std::vector<RelayOutcome>> set_enabled(relay::Store& store, const base::Clock& clock,
                                                    const std::vector<std::string>& names, bool enabled,
                                                    DryRun dry_run) {
    TRY(auto transaction, relay::Transaction::begin(store));
    std::vector<RelayOutcome> outcomes;
    for (const auto& name : names) {
        TRY(auto relay, find_relay(store, name));
        RelayOutcome outcome{.relay = std::move(relay)};
        if (outcome.relay.enabled != enabled) {
            outcome.relay.enabled = enabled;
            outcome.relay.changed_at = clock.now();
            outcome.action = enabled ? Action::enabled : Action::disabled;
            TRY_VOID(store.update_relay(outcome.relay));
        }
        if (enabled) {
            TRY(const bool was_tripped, clear_trip(store, clock, outcome.relay.id));
            if (was_tripped) outcome.action = Action::enabled;
        }
        outcomes.push_back(std::move(outcome));
    }
    if (dry_run == DryRun::no) TRY_VOID(transaction.commit());
    return outcomes;
}

namespace {

// Mail is not to lose its fallback without a word.
base::Result<void> check_not_needed(relay::Store& store, const std::vector<std::string>& names) {
    const auto is_deleted = [&](const std::string& name) {
        return std::find(names.begin(), names.end(), name) != names.end();
    };
    TRY(const auto relays, store.relays());
    for (const auto& relay : relays) {
        if (is_deleted(relay.name)) continue;
        const auto needed = std::find_if(relay.fallback_to.begin(), relay.fallback_to.end(), is_deleted);
        if (needed == relay.fallback_to.end()) continue;
        auto left = relay.fallback_to;
        std::erase_if(left, is_deleted);
        return base::Error{.kind = base::ErrorKind::conflict,
                           .message = fmt::format("relay {} falls back to {}", relay.name, *needed),
                           .hint = fmt::format("relayctl edit {} --fallback-to {}", relay.name,
                                               left.empty() ? "none" : base::join(left, ","))};
    }
    return {};
}

}  // namespace

base::Result<std::vector<RelayOutcome>> delete_relays(relay::Store& store,
                                                      const std::vector<std::string>& names, Missing missing,
                                                      DryRun dry_run) {
    TRY(auto transaction, relay::Transaction::begin(store));
    TRY_VOID(check_not_needed(store, names));
    std::vector<RelayOutcome> outcomes;
    for (const auto& name : names) {
        auto relay = find_relay(store, name);
        if (relay.has_error() && relay.error().kind == base::ErrorKind::not_found &&
            missing == Missing::ignore)
            continue;
        if (relay.has_error()) return std::move(relay).error();
        TRY_VOID(store.delete_relay(relay->id));
        outcomes.push_back({.relay = std::move(*relay), .action = Action::deleted});
    }
    if (dry_run == DryRun::no) TRY_VOID(transaction.commit());
    return outcomes;
}

}  // namespace app
