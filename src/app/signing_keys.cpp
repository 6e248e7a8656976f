#include "app/signing_keys.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/dkim_keys.hpp"

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

base::Result<void> add_partner(relay::Store& store, std::vector<relay::DkimKey>& keys,
                               const relay::DkimKey& key) {
    const auto wanted = other_than(key.algorithm);
    const auto is_partner = [&](const relay::DkimKey& other) {
        return other.domain == key.domain && other.algorithm == wanted;
    };
    if (std::any_of(keys.begin(), keys.end(), is_partner)) return {};
    TRY(auto all, store.dkim_keys());
    std::erase_if(all, [&](const relay::DkimKey& other) { return !is_partner(other); });
    auto newest = newest_dkim_key(all);
    if (!newest)
        return base::Error{
            .kind = base::ErrorKind::not_found,
            .message = fmt::format("{} has no {} key to sign with beside {}", key.domain.ascii(),
                                   relay::to_string(wanted), to_string(key)),
            .hint = fmt::format("relayctl dkim generate {} --algorithm {}", key.domain.ascii(),
                                relay::to_string(wanted))};
    keys.push_back(std::move(*newest));
    return {};
}

}  // namespace

base::Result<std::vector<dkim::SigningKey>> load_signing_keys(relay::Store& store,
                                                              const std::vector<std::string>& names,
                                                              Dual dual) {
    std::vector<relay::DkimKey> keys;
    for (const auto& name : names) {
        TRY(auto key, find_dkim_key(store, name));
        add_once(keys, std::move(key));
    }
    if (dual == Dual::yes)
        for (const auto& key : std::vector(keys))
            TRY_VOID(add_partner(store, keys, key));
    std::vector<dkim::SigningKey> result;
    for (auto& key : keys) {
        TRY(const auto pem, store.dkim_private_key(key.id));
        auto parsed = crypto::PrivateKey::parse_pem(pem);
        if (parsed.has_error())
            return std::move(parsed).error().with_context("the private key of " + to_string(key));
        result.push_back({.domain = key.domain, .selector = key.selector, .key = std::move(*parsed)});
    }
    return result;
}

}  // namespace app
