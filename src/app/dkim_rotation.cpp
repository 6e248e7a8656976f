#include "app/dkim_rotation.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "base/text.hpp"

namespace app {

namespace {

using Keys = std::vector<relay::DkimKey>;

base::Result<void> need_selector(std::string_view text) {
    if (text.find('@') != std::string_view::npos) return {};
    return base::usage_error(base::quoted(text) + " does not name one key",
                             "give SELECTOR@DOMAIN, as relayctl dkim list prints it");
}

// The key as it is at the moment, out of all of the store.
base::Result<relay::DkimKey> pick(const Keys& keys, std::string_view text) {
    TRY(const auto name, parse_key_name(text));
    for (const auto& key : keys)
        if (key.domain == name.domain && key.selector == name.selector) return key;
    return no_such_key(text, name.domain);
}

// Would the relay's mail of every domain still be signed under the other selector?
bool can_move(const relay::Relay& relay, const std::string& selector, const Keys& keys) {
    return std::all_of(keys.begin(), keys.end(), [&](const relay::DkimKey& old) {
        if (!signs_with(relay, old) || !relay::may_sign(old.life.state)) return true;
        return std::any_of(keys.begin(), keys.end(), [&](const relay::DkimKey& key) {
            return key.domain == old.domain && key.selector == selector &&
                   key.life.state == relay::DkimState::active;
        });
    });
}

void replace(Keys& keys, const relay::DkimKey& changed) {
    for (auto& key : keys)
        if (key.id == changed.id) key = changed;
}

base::Result<void> move_relays(relay::Store& store, const base::Clock& clock, const Keys& keys,
                               Activation& activation) {
    TRY(const auto relays, store.relays());
    for (auto relay : relays) {
        const bool affected = std::any_of(keys.begin(), keys.end(), [&](const relay::DkimKey& old) {
            return old.domain == activation.key.domain && old.life.state == relay::DkimState::retiring &&
                   signs_with(relay, old);
        });
        if (!affected) continue;
        if (!can_move(relay, activation.key.selector, keys)) {
            activation.relays_left.push_back(relay.name);
            continue;
        }
        relay.dkim_selector = activation.key.selector;
        relay.changed_at = clock.now();
        TRY_VOID(store.update_relay(relay));
        activation.relays.push_back(relay.name);
    }
    return {};
}

}  // namespace

base::Result<Activation> activate_key(relay::Store& store, const base::Clock& clock, std::string_view text,
                                      relay::KeepOthers keep, DryRun dry_run) {
    TRY_VOID(need_selector(text));
    TRY(auto transaction, relay::Transaction::begin(store));
    TRY(auto keys, list_dkim_keys(store, std::nullopt, clock.now()));
    TRY(auto key, pick(keys, text));
    TRY(const auto grace, dkim_grace(store));
    TRY(const auto changed, relay::activate_dkim_key(keys, key, keep, grace, clock.now()));
    Activation activation{.key = std::move(key), .changed = !changed.empty()};
    for (const auto& each : changed) {
        TRY_VOID(store.set_dkim_life(each.id, each.life));
        replace(keys, each);
        if (each.id == activation.key.id)
            activation.key = each;
        else
            activation.retiring.push_back(each);
    }
    TRY_VOID(move_relays(store, clock, keys, activation));
    if (dry_run == DryRun::no) TRY_VOID(transaction.commit());
    return activation;
}

base::Result<Revocation> revoke_key(relay::Store& store, const base::Clock& clock, std::string_view text,
                                    Force force, DryRun dry_run) {
    TRY_VOID(need_selector(text));
    TRY(auto transaction, relay::Transaction::begin(store));
    TRY(const auto keys, list_dkim_keys(store, std::nullopt, clock.now()));
    TRY(auto key, pick(keys, text));
    Revocation revocation{.key = std::move(key)};
    if (revocation.key.life.state == relay::DkimState::revoked) return revocation;
    TRY(const auto relays, store.relays());
    for (const auto& relay : relays)
        if (signs_with(relay, revocation.key)) revocation.relays.push_back(relay.name);
    const auto last = force == Force::yes ? relay::RevokeLast::yes : relay::RevokeLast::no;
    TRY(auto revoked, relay::revoke_dkim_key(keys, revocation.key, last));
    const bool in_use = !revocation.relays.empty() && relay::may_sign(revocation.key.life.state);
    if (in_use && force == Force::no)
        return base::Error{
            .kind = base::ErrorKind::conflict,
            .message = fmt::format("{} signs the mail of {}", to_string(revocation.key),
                                   base::join(revocation.relays, ", ")),
            .hint = fmt::format("relayctl edit {} --no-dkim, or --force", revocation.relays.front())};
    revocation.key = std::move(revoked);
    revocation.changed = true;
    TRY_VOID(store.set_dkim_life(revocation.key.id, revocation.key.life));
    if (dry_run == DryRun::no) TRY_VOID(transaction.commit());
    return revocation;
}

namespace {

bool is_young(const relay::DkimKey& key, const RotationRequest& request, base::Time now) {
    const auto since = key.life.activated_at.value_or(key.created_at);
    return request.older_than && now - since < *request.older_than;
}

// The algorithms that are to have a new key, RSA first; RSA where all keys have ended.
std::vector<relay::KeyAlgorithm> choose_algorithms(const Keys& keys, const RotationRequest& request) {
    if (request.algorithm) return {*request.algorithm};
    std::vector<relay::KeyAlgorithm> chosen;
    for (const auto algorithm : {relay::KeyAlgorithm::rsa, relay::KeyAlgorithm::ed25519})
        if (std::any_of(keys.begin(), keys.end(), [&](const relay::DkimKey& key) {
                return key.algorithm == algorithm && relay::may_sign(key.life.state);
            }))
            chosen.push_back(algorithm);
    if (chosen.empty()) chosen.push_back(relay::KeyAlgorithm::rsa);
    return chosen;
}

// Bits of the strongest active key of the algorithm; 0 = there is none.
std::uint32_t active_bits(const Keys& keys, relay::KeyAlgorithm algorithm) {
    std::uint32_t bits = 0;
    for (const auto& key : keys)
        if (key.algorithm == algorithm && key.life.state == relay::DkimState::active)
            bits = std::max(bits, key.bits);
    return bits;
}

// Is it the key of that selector, or the second one of its pair?
bool is_named(const relay::DkimKey& key, const std::optional<std::string>& selector) {
    return !selector || key.selector == *selector ||
           (key.algorithm == relay::KeyAlgorithm::ed25519 && key.selector == second_selector(*selector));
}

// What there is of an algorithm already; true = a key is to be made.
bool needs_key(const Keys& keys, relay::KeyAlgorithm algorithm, const RotationRequest& request,
               base::Time now, Rotation& rotation) {
    bool needed = true;
    for (const auto& key : keys) {
        if (key.algorithm != algorithm || key.life.state != relay::DkimState::pending) continue;
        if (!is_named(key, request.selector)) continue;
        // Nobody is to get a weaker key by a rotation who did not ask for it.
        if (request.allow_weak == AllowWeak::no && key.bits < active_bits(keys, algorithm)) {
            rotation.weak.push_back(key);
            continue;
        }
        if (needed) rotation.pending.push_back(key);
        // Of several the newest: two at once would retire one another.
        auto& kept = rotation.pending.back();
        if (std::tie(kept.created_at, kept.id) < std::tie(key.created_at, key.id)) kept = key;
        needed = false;
    }
    for (const auto& key : keys) {
        if (!needed || key.algorithm != algorithm || key.life.state != relay::DkimState::active) continue;
        const bool done = request.repeated && request.selector && is_named(key, request.selector);
        const bool young = is_young(key, request, now);
        if (!young && (!done || request.older_than)) continue;
        (young ? rotation.young : rotation.done).push_back(key);
        return false;
    }
    return needed;
}

}  // namespace

base::Result<Rotation> begin_rotation(relay::Store& store, const base::Clock& clock,
                                      const RotationRequest& request) {
    TRY(const auto keys, list_dkim_keys(store, request.domain, clock.now()));
    if (keys.empty())
        return base::Error{.kind = base::ErrorKind::not_found,
                           .message = fmt::format("{} has no DKIM key", request.domain.ascii()),
                           .hint = fmt::format("relayctl dkim generate {}", request.domain.ascii())};
    Rotation rotation;
    auto wanted = choose_algorithms(keys, request);
    std::erase_if(wanted, [&](relay::KeyAlgorithm algorithm) {
        return !needs_key(keys, algorithm, request, clock.now(), rotation);
    });
    if (wanted.empty() || !rotation.pending.empty()) return rotation;
    const DkimKeyRequest key{
        .domain = request.domain,
        .selector = request.selector,
        .algorithm = wanted.front(),
        .bits = request.bits.value_or(std::max(usual_rsa_bits, active_bits(keys, relay::KeyAlgorithm::rsa))),
        .allow_weak = request.allow_weak,
        .dual = wanted.size() > 1 ? Dual::yes : Dual::no,
        .dry_run = request.dry_run};
    TRY(rotation.made, create_dkim_keys(store, clock, key));
    return rotation;
}

}  // namespace app
