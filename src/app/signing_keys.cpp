#include "app/signing_keys.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/dkim_keys.hpp"
#include "relay/dkim_rules.hpp"

namespace app {

namespace {

relay::KeyAlgorithm other_than(relay::KeyAlgorithm algorithm) {
    return algorithm == relay::KeyAlgorithm::rsa ? relay::KeyAlgorithm::ed25519 : relay::KeyAlgorithm::rsa;
}

void add_once(std::vector<relay::DkimKey>& keys, relay::DkimKey key) {
    const bool there = std::any_of(keys.begin(), keys.end(),
                                   [&](const relay::DkimKey& other) { return other.id == key.id; });
    if (!there) keys.push_back(std::move(key));
}

// What a domain whose keys do not sign needs.
base::Error nothing_signs(const base::DomainName& domain, const std::vector<relay::DkimKey>& keys) {
    const auto& name = domain.ascii();
    for (const auto state : {relay::DkimState::pending, relay::DkimState::retiring}) {
        const auto key = std::find_if(keys.begin(), keys.end(),
                                      [&](const relay::DkimKey& each) { return each.life.state == state; });
        if (key == keys.end()) continue;
        return {.kind = base::ErrorKind::not_found,
                .message = fmt::format("{} has no active DKIM key: {} is {}", name, to_string(*key),
                                       to_string(state)),
                .hint = fmt::format("relayctl dkim activate {}   ({} its record is published)",
                                    to_string(*key), state == relay::DkimState::pending ? "once" : "while")};
    }
    return {.kind = base::ErrorKind::not_found,
            .message = keys.empty() ? "there is no DKIM key of " + name
                                    : "all DKIM keys of " + name + " are retired or revoked",
            .hint = fmt::format("relayctl dkim {} {}", keys.empty() ? "generate" : "rotate", name)};
}

base::Result<relay::DkimKey> find_signing_key(const std::vector<relay::DkimKey>& all,
                                              const std::string& text) {
    TRY(const auto name, parse_key_name(text));
    std::vector<relay::DkimKey> keys = all;
    std::erase_if(keys, [&](const relay::DkimKey& key) { return key.domain != name.domain; });
    if (!name.selector) {
        auto chosen = relay::signing_dkim_key(keys);
        if (!chosen) return nothing_signs(name.domain, keys);
        return std::move(*chosen);
    }
    for (auto& key : keys) {
        if (key.selector != *name.selector) continue;
        if (relay::may_sign(key.life.state)) return std::move(key);
        return base::Error{
            .kind = base::ErrorKind::conflict,
            .message = fmt::format("{} is {} and never signs", to_string(key), to_string(key.life.state)),
            .hint = fmt::format("--selector {}, for the key that signs now", name.domain.ascii())};
    }
    return no_such_key(text, name.domain);
}

base::Result<void> add_partner(const std::vector<relay::DkimKey>& all, std::vector<relay::DkimKey>& keys,
                               const relay::DkimKey& key) {
    const auto wanted = other_than(key.algorithm);
    const auto is_partner = [&](const relay::DkimKey& other) {
        return other.domain == key.domain && other.algorithm == wanted;
    };
    if (std::any_of(keys.begin(), keys.end(), is_partner)) return {};
    auto partners = all;
    std::erase_if(partners, [&](const relay::DkimKey& other) { return !is_partner(other); });
    auto partner = relay::signing_dkim_key(partners);
    // A pair that was named by its first half is wanted as a pair.
    if (!partner && key.life.state == relay::DkimState::pending) partner = newest_usable_dkim_key(partners);
    if (!partner && !partners.empty()) return nothing_signs(key.domain, partners);
    if (!partner)
        return base::Error{
            .kind = base::ErrorKind::not_found,
            .message = fmt::format("{} has no {} key to sign with beside {}", key.domain.ascii(),
                                   relay::to_string(wanted), to_string(key)),
            .hint = fmt::format("relayctl dkim generate {} --algorithm {}", key.domain.ascii(),
                                relay::to_string(wanted))};
    keys.push_back(std::move(*partner));
    return {};
}

}  // namespace

base::Result<SigningKeys> load_signing_keys(relay::Store& store, const std::vector<std::string>& names,
                                            Dual dual, base::Time now) {
    TRY(const auto all, list_dkim_keys(store, std::nullopt, now));
    std::vector<relay::DkimKey> keys;
    std::vector<relay::DkimKey> halves;  // that are to have their partner beside them
    for (const auto& name : names) {
        TRY(auto key, find_signing_key(all, name));
        const bool is_domain = name.find('@') == std::string::npos;
        if (dual == Dual::yes || is_domain) halves.push_back(key);
        add_once(keys, std::move(key));
    }
    for (const auto& key : halves) {
        auto added = add_partner(all, keys, key);
        if (dual == Dual::yes && added.has_error()) return std::move(added).error();
    }
    SigningKeys result;
    for (auto& key : keys) {
        TRY(const auto pem, store.dkim_private_key(key.id));
        auto parsed = crypto::PrivateKey::parse_pem(pem);
        if (parsed.has_error())
            return std::move(parsed).error().with_context("the private key of " + to_string(key));
        result.keys.push_back({.domain = key.domain, .selector = key.selector, .key = std::move(*parsed)});
        if (key.life.state == relay::DkimState::pending) result.pending.push_back(std::move(key));
    }
    return result;
}

}  // namespace app
