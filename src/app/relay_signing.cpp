#include "app/relay_signing.hpp"

#include <set>
#include <string_view>

#include <fmt/format.h>

#include "app/dkim_keys.hpp"
#include "base/clock.hpp"
#include "base/text.hpp"
#include "relay/dkim_rules.hpp"

namespace app {

namespace {

using relay::DkimKey;
using relay::DkimState;

// Those of the From domain itself, else of the nearest domain above it that has one.
template <class Wanted>
std::vector<DkimKey> nearest_keys(const base::DomainName& author, const std::vector<DkimKey>& keys,
                                  Wanted is_wanted) {
    std::vector<DkimKey> nearest;
    for (const auto& key : keys) {
        const auto& domain = key.domain.ascii();
        const bool covers = key.domain == author || author.ascii().ends_with("." + domain);
        if (!covers || !is_wanted(key)) continue;
        if (!nearest.empty() && domain.size() < nearest.front().domain.ascii().size()) continue;
        if (!nearest.empty() && domain.size() > nearest.front().domain.ascii().size()) nearest.clear();
        nearest.push_back(key);
    }
    return nearest;
}

std::vector<DkimKey> keys_of(const base::DomainName& domain, const std::vector<DkimKey>& keys) {
    return nearest_keys(domain, keys, [&](const DkimKey& key) { return key.domain == domain; });
}

std::vector<DkimKey> named_keys(const relay::Relay& relay, const base::DomainName& author,
                                const std::vector<DkimKey>& keys) {
    return nearest_keys(author, keys,
                        [&](const DkimKey& key) { return key.selector == *relay.dkim_selector; });
}

void add_with_parents(std::string_view name, std::set<std::string>& domains) {
    domains.emplace(name);
    for (auto dot = name.find('.'); dot != std::string_view::npos; dot = name.find('.')) {
        name.remove_prefix(dot + 1);
        domains.emplace(name);
    }
}

}  // namespace

std::optional<DkimKey> signing_key(const relay::Relay& relay, const base::DomainName& author,
                                   const std::vector<DkimKey>& keys) {
    const auto nearest = nearest_keys(author, keys, [&](const DkimKey& key) {
        return relay::may_sign(key.life.state) &&
               (!relay.dkim_selector || key.selector == *relay.dkim_selector);
    });
    if (!relay.dkim_selector) return newest_usable_dkim_key(nearest);
    auto named = newest_dkim_key(nearest);
    if (named && named->life.state != DkimState::pending) return named;
    const auto all_named = named_keys(relay, author, keys);
    auto active =
        relay::signing_dkim_key(keys_of(all_named.empty() ? author : all_named.front().domain, keys));
    return active ? active : named;
}

std::optional<DkimKey> partner_key(const DkimKey& key, const std::vector<DkimKey>& keys) {
    std::vector<DkimKey> others;
    for (const auto& other : keys)
        if (other.domain == key.domain && other.algorithm != key.algorithm) others.push_back(other);
    return relay::signing_dkim_key(others);
}

std::string command_to_other_key(const base::DomainName& domain, const std::vector<DkimKey>& keys) {
    const auto other = newest_usable_dkim_key(keys_of(domain, keys));
    return other && other->life.state == DkimState::pending
               ? fmt::format("relayctl dkim activate {}", to_string(*other))
               : fmt::format("relayctl dkim rotate {}", domain.ascii());
}

std::optional<base::Error> signing_refusal(const relay::Relay& relay, const base::DomainName& author,
                                           const std::vector<DkimKey>& keys) {
    if (!relay.dkim_selector) return std::nullopt;
    if (const auto key = signing_key(relay, author, keys)) {
        if (key->life.state != DkimState::pending) return std::nullopt;
        const auto name = to_string(*key);
        return base::Error{
            .kind = base::ErrorKind::unavailable,
            .message = fmt::format("no mail of {} goes through relay {} while its DKIM key {} is pending",
                                   author.ascii(), relay.name, name),
            .hint = fmt::format("relayctl dkim activate {}", name)};
    }
    const auto ended = named_keys(relay, author, keys);
    if (!ended.empty())
        return base::Error{
            .kind = base::ErrorKind::not_found,
            .message = fmt::format("relay {} signs with {}, which is {} and never signs", relay.name,
                                   to_string(ended.front()), relay::to_string(ended.front().life.state)),
            .hint = command_to_other_key(ended.front().domain, keys)};
    return base::Error{
        .kind = base::ErrorKind::not_found,
        .message = fmt::format("relay {} signs with selector {}, and the store has no such key of {}",
                               relay.name, *relay.dkim_selector, author.ascii()),
        .hint = fmt::format("relayctl dkim generate {} --selector {}", author.ascii(), *relay.dkim_selector)};
}

std::vector<base::Error> key_warnings(const relay::Relay& relay, const std::vector<DkimKey>& keys) {
    std::vector<base::Error> warnings;
    if (!relay.dkim_selector) return warnings;
    for (const auto& pattern : relay.domains) {
        if (!pattern.name()) continue;
        const auto& domain = *pattern.name();
        if (auto refusal = signing_refusal(relay, domain, keys)) {
            warnings.push_back(std::move(*refusal));
            continue;
        }
        const auto key = signing_key(relay, domain, keys);
        for (const auto& named : named_keys(relay, domain, keys))
            if (named.life.state == DkimState::pending)
                warnings.push_back({.kind = base::ErrorKind::unavailable,
                                    .message = fmt::format("relay {} signs with {} while {} is pending",
                                                           relay.name, to_string(*key), to_string(named)),
                                    .hint = fmt::format("relayctl dkim activate {}", to_string(named))});
        if (key->life.state != DkimState::retiring) continue;
        if (relay::signing_dkim_key(keys_of(key->domain, keys))) continue;  // it takes over
        const auto until = key->life.retires_at ? "until " + base::to_rfc3339(*key->life.retires_at)
                                                : std::string("until the next key is activated");
        warnings.push_back(
            {.kind = base::ErrorKind::unavailable,
             .message = fmt::format("relay {} signs with {}, which is retiring {}: then its mail stops",
                                    relay.name, to_string(*key), until),
             .hint = command_to_other_key(key->domain, keys)});
    }
    return warnings;
}

KeysByDomain::KeysByDomain(const std::vector<DkimKey>& keys) {
    for (const auto& key : keys)
        keys_[key.domain.ascii()].push_back(key);
}

std::vector<DkimKey> KeysByDomain::of(const relay::Relay& relay) const {
    std::set<std::string> domains;
    for (const auto& pattern : relay.domains)
        if (pattern.name()) add_with_parents(pattern.name()->ascii(), domains);
    std::vector<DkimKey> keys;
    for (const auto& domain : domains)
        if (const auto found = keys_.find(domain); found != keys_.end())
            keys.insert(keys.end(), found->second.begin(), found->second.end());
    return keys;
}

}  // namespace app
