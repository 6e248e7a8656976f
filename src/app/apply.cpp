// Making a declaration true.
#include <algorithm>

#include <fmt/format.h>

#include "app/declared_state.hpp"
#include "app/dkim_generate.hpp"
#include "app/dkim_keys.hpp"
#include "app/relays.hpp"
#include "base/text.hpp"

namespace app {

namespace {

using relay::ChangeAction;
using relay::Thing;

class Application {
  public:
    Application(relay::Store& store, const base::Clock& clock, const Declaration& declaration,
                const StoredState& before)
        : store_(store), clock_(clock), declaration_(declaration), before_(before) {}

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
        const auto& wanted = *std::find_if(declaration_.relays->begin(), declaration_.relays->end(),
                                           [&](const auto& each) { return each.relay.name == change.name; });
        auto relay = wanted.relay;
        TRY_VOID(check_password(wanted, before));
        TRY_VOID(check_complete(relay, {}));
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

    // A stored password that the declaration does not bring must be there, and belong to that user.
    base::Result<void> check_password(const DeclaredRelay& wanted, const relay::Relay* before) {
        const auto& login = wanted.relay.login;
        if (!login || !login->is_stored() || wanted.password) return {};
        const bool same = before != nullptr && before->login && before->login->user == login->user &&
                          before->login->source == relay::PasswordSource::stored;
        if (same) return {};
        return base::usage_error(
            fmt::format("relay {}: neither the file nor the store has the password of {}", wanted.relay.name,
                        base::quoted(login->user)),
            "give password_file or password_command in the file, or export --with-secrets");
    }

    base::Result<void> make_key(const relay::ThingChange& change) {
        const auto* before = find(before_.keys, change.name);
        if (change.action == ChangeAction::deleted) return store_.delete_dkim_key(before->id);
        const auto& wanted =
            *std::find_if(declaration_.keys->begin(), declaration_.keys->end(),
                          [&](const auto& each) { return relay::name_of(each.key) == change.name; });
        if (before != nullptr && before->public_key != wanted.key.public_key)
            return base::Error{
                .kind = base::ErrorKind::conflict,
                .message = fmt::format("DKIM key {} is another key in the store; a key is never "
                                       "overwritten",
                                       change.name),
                .hint = "declare it under another selector"};
        if (before != nullptr) return store_.set_dkim_note(before->id, wanted.key.note);
        if (!wanted.private_key)
            return base::usage_error(
                fmt::format("DKIM key {}: neither the file nor the store has its private key", change.name),
                fmt::format(
                    "give private_key_file in the file, export --with-secrets, or relayctl dkim generate {} "
                    "--selector {}",
                    wanted.key.domain.ascii(), wanted.key.selector));
        auto free = check_not_reused(store_, wanted.key.domain, wanted.key.selector, wanted.key.public_key);
        if (free.has_error()) {
            auto error = std::move(free).error();
            if (error.kind == base::ErrorKind::conflict) error.hint = "declare it under another selector";
            return error;
        }
        auto key = wanted.key;
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
    const StoredState& before_;
};

// A deleted key may sign nobody's mail.
base::Result<void> check_deleted_keys(const std::vector<relay::Relay>& relays, const StoredState& before,
                                      const std::vector<relay::ThingChange>& changes) {
    for (const auto& change : changes) {
        if (change.thing != Thing::dkim_key || change.action != ChangeAction::deleted) continue;
        for (const auto& relay : relays)
            if (signs_with(relay, *find(before.keys, change.name)))
                return base::Error{
                    .kind = base::ErrorKind::conflict,
                    .message = fmt::format("DKIM key {} is not in the file and signs the mail of {}",
                                           change.name, relay.name),
                    .hint = "add the key to the file, or take the relay's dkim_selector out of it"};
    }
    return {};
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

}  // namespace

base::Result<Applied> apply(relay::Store& store, const base::Clock& clock, const Declaration& declaration,
                            Prune prune, DryRun dry_run) {
    TRY(auto transaction, relay::Transaction::begin(store));
    TRY(const auto before, read_state(store));
    TRY(auto differences, find_differences(store, declaration));
    Applied applied;
    // What goes leaves its place to what comes.
    if (prune == Prune::yes) applied.changes = std::move(differences.surplus);
    std::move(differences.changes.begin(), differences.changes.end(), std::back_inserter(applied.changes));
    Application application(store, clock, declaration, before);
    for (const auto& change : applied.changes)
        TRY_VOID(application.make(change));
    TRY(const auto relays, store.relays());
    TRY_VOID(relay::check_all_rules(relays));
    TRY_VOID(check_deleted_keys(relays, before, applied.changes));
    TRY(const auto keys, store.dkim_keys());
    applied.warnings = find_missing_keys(relays, keys);
    if (dry_run == DryRun::no) TRY_VOID(transaction.commit());
    return applied;
}

}  // namespace app
