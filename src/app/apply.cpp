// Making a declaration true.
#include <algorithm>

#include <fmt/format.h>

#include "app/declaration_rules.hpp"
#include "app/declared_state.hpp"
#include "app/dkim_generate.hpp"
#include "app/relays.hpp"
#include "app/reservation.hpp"
#include "app/time_zone.hpp"
#include "base/text.hpp"

namespace app {

namespace {

using relay::ChangeAction;
using relay::Thing;

class Application {
  public:
    Application(relay::Store& store, const base::Clock& clock, const Declaration& declaration,
                const StoredState& before)
        : store_(store), clock_(clock), declaration_(declaration), declared_(declaration), before_(before) {}

    base::Result<void> make(const relay::ThingChange& change) {
        switch (change.thing) {
            case Thing::relay:
                return make_relay(change);
            case Thing::domain:
                return make_domain(change);
            case Thing::dkim_key:
                return make_key(change);
            case Thing::setting:
                return make_setting(change);
            case Thing::region:
                return make_region(change);
        }
        return {};
    }

  private:
    base::Result<void> make_relay(const relay::ThingChange& change) {
        const auto* before = find(before_.relays, change.name);
        if (change.action == ChangeAction::deleted) return store_.delete_relay(before->id);
        const auto& wanted = declared_.relay(change.name);
        auto relay = wanted.relay;
        relay.created_at = before == nullptr ? clock_.now() : before->created_at;
        relay.changed_at = clock_.now();
        if (before == nullptr) {
            TRY(relay.id, store_.insert_relay(relay));
        } else {
            relay.id = before->id;
            TRY_VOID(store_.update_relay(relay));
        }
        const bool stored = relay.login && relay.login->is_stored();
        if (!stored) return store_.set_relay_password(relay.id, base::Secret());
        return wanted.password ? store_.set_relay_password(relay.id, *wanted.password) : base::Result<void>();
    }

    base::Result<void> make_key(const relay::ThingChange& change) {
        const auto* before = find(before_.keys, change.name);
        if (change.action == ChangeAction::deleted) return store_.delete_dkim_key(before->id);
        const auto& wanted = declared_.key(change.name);
        if (before != nullptr) return store_.set_dkim_note(before->id, wanted.key.note);
        auto free = check_not_reused(store_, wanted.key.domain, wanted.key.selector, wanted.key.public_key);
        if (free.has_error()) {
            auto error = std::move(free).error();
            if (error.kind == base::ErrorKind::conflict) error.hint = "declare it under another selector";
            return error;
        }
        auto key = as_new(wanted.key);
        if (key.created_at == base::Time()) key.created_at = clock_.now();
        TRY_VOID(store_.insert_dkim_key(key, *wanted.private_key));
        return {};
    }

    base::Result<void> make_domain(const relay::ThingChange& change) {
        TRY(const auto name, base::DomainName::parse(change.name, 1));
        if (change.action == ChangeAction::deleted) return store_.delete_domain(name);
        return store_.insert_domain({.name = name, .created_at = clock_.now()});
    }

    base::Result<void> make_setting(const relay::ThingChange& change) {
        const auto& value = change.fields.front().after;
        return store_.set_setting(change.name,
                                  value ? std::optional<std::string_view>(*value) : std::nullopt);
    }

    base::Result<void> make_region(const relay::ThingChange& change) {
        if (change.action == ChangeAction::deleted) return store_.delete_region(change.name);
        return store_.set_region(*std::find_if(declaration_.regions->begin(), declaration_.regions->end(),
                                               [&](const auto& each) { return each.name == change.name; }));
    }

    relay::Store& store_;
    const base::Clock& clock_;
    const Declaration& declaration_;
    const DeclaredByName declared_;
    const StoredState& before_;
};

// What goes leaves its place to what comes.
std::vector<relay::ThingChange> changes_of(const Differences& differences, Prune prune) {
    std::vector<relay::ThingChange> changes;
    if (prune == Prune::yes) changes = differences.surplus;
    changes.insert(changes.end(), differences.changes.begin(), differences.changes.end());
    return changes;
}

// Keys that the declaration calls active, and that are not taken for it.
void add_pending_keys(const Declaration& declaration, Applied& applied) {
    const DeclaredByName declared(declaration);
    for (const auto& change : applied.changes) {
        if (change.thing != Thing::dkim_key || change.action != ChangeAction::added) continue;
        const auto& life = declared.key(change.name).key.life;
        if (life.state == relay::DkimState::active && !life.activated_at)
            applied.warnings.push_back(
                fmt::format("DKIM key {0} is pending: the file does not say since when it is active "
                            "(activated_at): relayctl dkim activate {0}",
                            change.name));
    }
}

// Relays whose key is not there: their mail goes out unsigned.
std::vector<std::string> find_missing_keys(const std::vector<relay::Relay>& relays,
                                           const std::vector<relay::DkimKey>& keys) {
    std::set<std::string> names;
    for (const auto& key : keys)
        names.insert(relay::name_of(key));
    std::vector<std::string> warnings;
    for (const auto& relay : relays) {
        if (!relay.dkim_selector) continue;
        for (const auto& domain : relay.domains) {
            if (!domain.name()) continue;
            const auto& name = domain.name()->ascii();
            if (!names.contains(*relay.dkim_selector + "@" + name))
                warnings.push_back(
                    fmt::format("relay {0} signs with {1}@{2}, which is not there: relayctl dkim "
                                "generate {2} --selector {1}",
                                relay.name, *relay.dkim_selector, name));
        }
    }
    return warnings;
}

std::vector<std::string> find_to_review(const ByName<relay::Relay>& before,
                                        const std::vector<relay::Relay>& after) {
    std::vector<std::string> names;
    for (const auto& relay : after) {
        const auto* was = find(before, relay.name);
        if (was == nullptr || bears_on_mail(*was, relay)) names.push_back(relay.name);
    }
    return names;
}

}  // namespace

base::Result<void> check_apply(relay::Store& store, const Declaration& declaration,
                               const Differences& differences, Prune prune) {
    TRY(const auto before, read_state(store));
    return check_changes(before, declaration, changes_of(differences, prune));
}

base::Result<Applied> apply(relay::Store& store, const base::Clock& clock, const Declaration& declaration,
                            Prune prune, DryRun dry_run) {
    TRY(auto transaction, relay::Transaction::begin(store));
    TRY(const auto before, read_state(store));
    TRY(const auto differences, find_differences(store, declaration));
    Applied applied{.changes = changes_of(differences, prune)};
    TRY_VOID(check_changes(before, declaration, applied.changes));
    Application application(store, clock, declaration, before);
    TRY(const auto zone, zone_of(store));
    for (const auto& change : applied.changes)
        TRY_VOID(application.make(change));
    TRY(applied.counts_until, keep_counting(store, clock, zone));
    TRY(const auto relays, store.relays());
    TRY(const auto keys, store.dkim_keys());
    applied.warnings = find_missing_keys(relays, keys);
    add_pending_keys(declaration, applied);
    applied.to_review = find_to_review(before.relays, relays);
    applied.relays = relays;
    if (dry_run == DryRun::no) TRY_VOID(transaction.commit());
    return applied;
}

}  // namespace app
