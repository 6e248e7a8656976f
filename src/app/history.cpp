#include "app/history.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "app/declared_state.hpp"
#include "app/dkim_keys.hpp"
#include "app/relays.hpp"
#include "app/reservation.hpp"
#include "app/time_zone.hpp"
#include "base/text.hpp"

namespace app {

namespace {

using relay::Change;
using relay::Thing;

base::Error conflict(std::string message, std::string hint = {}) {
    return {.kind = base::ErrorKind::conflict, .message = std::move(message), .hint = std::move(hint)};
}

base::Result<Change> choose(const std::vector<Change>& changes, std::optional<relay::ChangeId> id) {
    for (const auto& change : changes)
        if (id ? change.id == *id : !change.undoes && !change.undone_by) return change;
    return base::Error{
        .kind = base::ErrorKind::not_found,
        .message = id ? fmt::format("there is no change {} in the history", *id) : "there is nothing to undo",
        .hint = "relayctl history"};
}

bool touches(const Change& change, const relay::Relay& relay) {
    return std::any_of(change.things.begin(), change.things.end(), [&](const auto& thing) {
        return thing.thing == Thing::relay && thing.name == relay.name;
    });
}

// What an undo does not touch, nor can be undone itself: it stands in nobody's way.
bool changes_a_password_alone(const Change& change) {
    return change.things.size() == 1 && change.things.front().action == relay::ChangeAction::edited &&
           change.things.front().fields.size() == 1 &&
           change.things.front().fields.front().field == "password";
}

// "the port of relay news changed since, by 3 (relayctl edit news --port 25)".
base::Error changed_since(const relay::ThingChange& thing, const std::string& field, const Change& later) {
    return conflict(fmt::format("{}{} {} changed since, by {} ({})",
                                field.empty() ? "" : fmt::format("the {} of ", field),
                                relay::to_string(thing.thing), thing.name, later.id, later.origin.command),
                    fmt::format("relayctl undo {} first, or relayctl history", later.id));
}

base::Result<void> check_later(const Change& change, const std::vector<Change>& changes) {
    for (const auto& later : changes) {
        if (later.id <= change.id) break;
        // A later change that is undone, and its undo, leave things as they were.
        const auto is_undo_of_later = later.undoes && *later.undoes > change.id;
        if (later.undone_by || is_undo_of_later || changes_a_password_alone(later)) continue;
        for (const auto& thing : change.things)
            for (const auto& other : later.things)
                if (const auto field = relay::find_overlap(thing, other))
                    return changed_since(thing, *field, later);
    }
    return {};
}

// What can never be undone.
base::Result<void> check_secrets(const Change& change) {
    for (const auto& secret : change.lost)
        if (secret.thing == Thing::dkim_key)
            return conflict(fmt::format("it deleted the private key of {}, which was not kept", secret.name),
                            "relayctl dkim generate makes another key");
    if (changes_a_password_alone(change))
        return conflict(fmt::format("it changed the password of {} alone, and the one before was not kept",
                                    change.things.front().name),
                        fmt::format("relayctl edit {} --password-stdin", change.things.front().name));
    return {};
}

base::Result<void> check_possible(const Change& change, const std::vector<Change>& changes) {
    if (change.undone_by)
        return conflict(fmt::format("it was undone by {} already", *change.undone_by),
                        fmt::format("relayctl undo {} brings it back", *change.undone_by));
    TRY_VOID(check_secrets(change));
    return check_later(change, changes);
}

// The newest before it that can be undone: a change that never can be must not be the end of all undoing.
std::string hint_past(const Change& stuck, const std::vector<Change>& changes, const std::string& hint) {
    for (const auto& change : changes)
        if (change.id < stuck.id && !change.undoes && check_possible(change, changes).has_value())
            return fmt::format("relayctl undo {} takes back the one before it; {}", change.id, hint);
    return hint;
}

// The domains of relays and keys are known: one that the change had made known may be in use meanwhile.
base::Result<void> keep_domains_in_use(relay::Store& store, const base::Clock& clock,
                                       const std::vector<relay::Relay>& relays) {
    std::set<base::DomainName> used;
    for (const auto& relay : relays)
        for (const auto& domain : relay.domains)
            if (domain.name()) used.insert(*domain.name());
    TRY(const auto keys, store.dkim_keys());
    for (const auto& key : keys)
        used.insert(key.domain);
    TRY(const auto domains, store.domains());
    for (const auto& domain : domains)
        used.erase(domain.name);
    for (const auto& domain : used)
        TRY_VOID(store.insert_domain({.name = domain, .created_at = clock.now()}));
    return {};
}

// A deleted key is gone for good: a relay that signed with it does not come back so.
base::Result<void> check_selectors(relay::Store& store, const StoredState& before,
                                   const std::vector<relay::Relay>& relays) {
    for (const auto& relay : relays) {
        const auto* then = find(before.relays, relay.name);
        if (!relay.dkim_selector || (then != nullptr && then->dkim_selector == relay.dkim_selector)) continue;
        for (const auto& domain : relay.domains) {
            if (!domain.name()) continue;
            TRY(const auto key, store.find_dkim_key(*domain.name(), *relay.dkim_selector));
            TRY(const auto deleted, store.find_deleted_dkim_key(*domain.name(), *relay.dkim_selector));
            if (!key && deleted)
                return conflict(fmt::format("relay {} signed with DKIM key {}@{}, which is deleted",
                                            relay.name, *relay.dkim_selector, domain.name()->ascii()),
                                "relayctl dkim generate makes another key");
        }
    }
    return {};
}

// A key that the change had made goes with its private key; nobody may sign with it.
base::Result<void> check_keys(const Change& change, const std::vector<relay::Relay>& relays, Undone& undone) {
    for (const auto& thing : change.things) {
        if (thing.thing != Thing::dkim_key || thing.action != relay::ChangeAction::added) continue;
        TRY(const auto name, parse_key_name(thing.name));
        const relay::DkimKey key{.domain = name.domain, .selector = *name.selector, .public_key = {}};
        for (const auto& relay : relays)
            if (signs_with(relay, key))
                return conflict(fmt::format("it made {}, which signs the mail of {}", thing.name, relay.name),
                                fmt::format("relayctl edit {} --no-dkim", relay.name));
        undone.deleted_keys.push_back(thing.name);
    }
    return {};
}

// No key comes back from its end into signing: nobody knows that its record is still there, so it has to be
// seen first.
base::Result<void> hold_back_ended_keys(relay::Store& store, const base::Clock& clock,
                                        const StoredState& before, Undone& undone) {
    TRY(const auto keys, list_dkim_keys(store, std::nullopt, clock.now()));
    for (const auto& key : keys) {
        const auto* was = find(before.keys, relay::name_of(key));
        if (was == nullptr || relay::may_sign(relay::state_at(was->life, clock.now()))) continue;
        if (!relay::may_sign(key.life.state) || key.life.state == relay::DkimState::pending) continue;
        TRY_VOID(store.set_dkim_life(key.id, {.last_seen_at = key.life.last_seen_at}));
        undone.pending_keys.push_back(relay::name_of(key));
    }
    return {};
}

// A password belongs to its login: it goes where the login is another again, and a former one does not come
// back.
base::Result<void> settle_passwords(relay::Store& store, const Change& change, Undone& undone) {
    for (const auto& thing : change.things) {
        if (thing.thing != Thing::relay) continue;
        TRY(const auto relay, store.find_relay(thing.name));
        if (!relay) continue;
        const bool stored = relay->login && relay->login->is_stored();
        const auto changed = [&](std::string_view field) {
            return std::any_of(thing.fields.begin(), thing.fields.end(),
                               [&](const auto& each) { return each.field == field; });
        };
        if (!stored || changed("user") || changed("password_source"))
            TRY_VOID(store.set_relay_password(relay->id, base::Secret()));
        if (!stored) continue;
        TRY(const auto password, store.relay_password(relay->id));
        if (password.empty())
            undone.relays_without_password.push_back(relay->name);
        else if (changed("password"))
            undone.kept_passwords.push_back(relay->name);
    }
    return {};
}

// Each relay that came of it is one that a command could have left: later changes of its other fields stay,
// and together they may be what no relay can be. Its time is that of the undo.
base::Result<std::vector<relay::Relay>> settle_relays(relay::Store& store, const base::Clock& clock,
                                                      const Change& change) {
    TRY(auto relays, store.relays());
    const auto check = [&]() -> base::Result<void> {
        TRY_VOID(relay::check_all_rules(relays));
        for (auto& relay : relays) {
            if (!touches(change, relay)) continue;
            TRY_VOID(check_complete(relay, {}));
            relay.changed_at = clock.now();
            TRY_VOID(store.update_relay(relay));
        }
        return {};
    };
    if (auto checked = check(); checked.has_error()) {
        auto error = std::move(checked).error();
        // Nothing is wrong with how undo was called, and the hints name options of add and edit.
        if (error.kind == base::ErrorKind::usage)
            return conflict(std::move(error.message), "relayctl history");
        return error;
    }
    return relays;
}

std::vector<relay::LostSecret> find_lost(const StoredState& before, const StoredState& after) {
    const auto has_password = [](const relay::Relay* relay) {
        return relay != nullptr && relay->login && relay->login->source == relay::PasswordSource::stored;
    };
    std::vector<relay::LostSecret> lost;
    for (const auto& [name, relay] : before.relays)
        if (has_password(&relay) && !has_password(find(after.relays, name)))
            lost.push_back({Thing::relay, name});
    for (const auto& [name, key] : before.keys)
        if (find(after.keys, name) == nullptr) lost.push_back({Thing::dkim_key, name});
    return lost;
}

base::Result<Undone> undo_once(relay::Store& store, const base::Clock& clock,
                               std::optional<relay::ChangeId>& id, DryRun dry_run) {
    TRY(auto transaction, relay::Transaction::begin(store));
    TRY(const auto changes, store.changes());
    TRY(auto change, choose(changes, id));
    const bool newest = !id;
    id = change.id;
    if (auto possible = check_possible(change, changes); possible.has_error()) {
        auto error = std::move(possible).error();
        if (newest) error.hint = hint_past(change, changes, error.hint);
        return error;
    }
    TRY(const auto before, read_state(store));
    TRY(const auto zone, zone_of(store));
    TRY_VOID(store.undo_change(change.id));
    TRY(const auto relays, settle_relays(store, clock, change));
    TRY_VOID(keep_domains_in_use(store, clock, relays));
    TRY_VOID(check_selectors(store, before, relays));
    Undone undone{.change = std::move(change)};
    TRY_VOID(check_keys(undone.change, relays, undone));
    TRY_VOID(hold_back_ended_keys(store, clock, before, undone));
    TRY_VOID(settle_passwords(store, undone.change, undone));
    TRY(undone.counts_until, keep_counting(store, clock, zone));
    TRY(const auto after, read_state(store));
    undone.effect = compare_states(before, after);
    undone.lost = find_lost(before, after);
    if (dry_run == DryRun::no) TRY_VOID(transaction.commit());
    return undone;
}

}  // namespace

base::Result<Undone> undo(relay::Store& store, const base::Clock& clock, std::optional<relay::ChangeId> id,
                          DryRun dry_run) {
    auto result = undo_once(store, clock, id, dry_run);
    if (result.has_error() && id && result.error().kind != base::ErrorKind::not_found)
        return std::move(result).error().with_context(fmt::format("cannot undo {}", *id));
    return result;
}

std::vector<relay::Change> find_undoable(const std::vector<relay::Change>& changes) {
    std::vector<relay::Change> undoable;
    for (const auto& change : changes)
        if (check_possible(change, changes).has_value()) undoable.push_back(change);
    return undoable;
}

}  // namespace app
