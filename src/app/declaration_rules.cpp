#include "app/declaration_rules.hpp"

#include <fmt/format.h>

#include "app/dkim_keys.hpp"
#include "app/relays.hpp"
#include "base/text.hpp"

namespace app {

namespace {

using relay::ChangeAction;
using relay::Thing;

// A stored password that the declaration does not bring must be there, and belong to that user.
base::Result<void> check_password(const DeclaredRelay& wanted, const relay::Relay* before) {
    const auto& login = wanted.relay.login;
    if (!login || !login->is_stored() || wanted.password) return {};
    const bool same = before != nullptr && before->login && before->login->user == login->user &&
                      before->login->source == relay::PasswordSource::stored;
    if (same) return {};
    return base::usage_error(fmt::format("relay {}: neither the file nor the store has the password of {}",
                                         wanted.relay.name, base::quoted(login->user)),
                             "give password_file or password_command in the file, or export --with-secrets");
}

// The hints of relay's rules name the options of add.
base::Error in_fields(base::Error error, const relay::Relay& relay) {
    if (!relay.fallback && relay.domains.empty())
        error.hint = "give domains, or fallback = true";
    else if (!relay.domains.empty() && relay.mail_types.empty())
        error.hint = "give mail_types: individual, mass, workflow, or leave them out for all";
    else if (relay.verification == relay::Verification::off && !relay.fingerprint.empty())
        error.hint = "leave one of fingerprint and verify_certificate = false out";
    return error;
}

base::Result<void> check_key(const DeclaredKey& wanted, const relay::DkimKey* before) {
    const auto name = relay::name_of(wanted.key);
    if (before != nullptr && before->public_key != wanted.key.public_key)
        return base::Error{.kind = base::ErrorKind::conflict,
                           .message = fmt::format("DKIM key {} is another key in the store; a key is never "
                                                  "overwritten",
                                                  name),
                           .hint = "declare it under another selector"};
    if (before != nullptr) return {};
    if (!wanted.private_key)
        return base::usage_error(
            fmt::format("DKIM key {}: neither the file nor the store has its private key", name),
            fmt::format(
                "give private_key_file in the file, export --with-secrets, or relayctl dkim generate {} "
                "--selector {}",
                wanted.key.domain.ascii(), wanted.key.selector));
    return {};
}

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

}  // namespace

DeclaredByName::DeclaredByName(const Declaration& declaration) {
    if (declaration.relays)
        for (const auto& each : *declaration.relays)
            relays_.emplace(each.relay.name, &each);
    if (declaration.keys)
        for (const auto& each : *declaration.keys)
            keys_.emplace(relay::name_of(each.key), &each);
}

relay::DkimKey as_new(const relay::DkimKey& declared) {
    auto key = declared;
    auto& life = key.life;
    if (life.state == relay::DkimState::active && !life.activated_at) life.state = relay::DkimState::pending;
    // Files of older versions do not have it.
    if (life.state == relay::DkimState::retired && !life.retires_at)
        life.retires_at = life.retiring_at.value_or(key.created_at);
    if (life.state == relay::DkimState::retiring && !life.retires_at && life.retiring_at)
        life.retires_at = *life.retiring_at + relay::usual_dkim_grace;
    return key;
}

base::Result<void> check_changes(const StoredState& before, const Declaration& declaration,
                                 const std::vector<relay::ThingChange>& changes) {
    const DeclaredByName declared(declaration);
    auto after = before.relays;
    for (const auto& change : changes) {
        const bool goes = change.action == ChangeAction::deleted;
        if (change.thing == Thing::dkim_key && !goes)
            TRY_VOID(check_key(declared.key(change.name), find(before.keys, change.name)));
        if (change.thing != Thing::relay) continue;
        if (goes) {
            after.erase(change.name);
            continue;
        }
        const auto& wanted = declared.relay(change.name);
        TRY_VOID(check_password(wanted, find(before.relays, change.name)));
        if (auto complete = check_complete(wanted.relay, {}); complete.has_error())
            return in_fields(std::move(complete).error(), wanted.relay);
        after.insert_or_assign(change.name, wanted.relay);
    }
    std::vector<relay::Relay> relays;
    for (const auto& [name, relay] : after)
        relays.push_back(relay);
    if (auto together = relay::check_all_rules(relays); together.has_error()) {
        auto error = std::move(together).error();
        if (error.hint.find("--fallback-to") != std::string::npos)
            error.hint = "change fallback_to in the file";
        else if (error.kind == base::ErrorKind::conflict)
            error.hint = "change one of the two in the file; --prune deletes what it does not name";
        return error;
    }
    return check_deleted_keys(relays, before, changes);
}

}  // namespace app
