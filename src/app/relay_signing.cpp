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

std::string next_commands(const relay::Relay& relay, const base::DomainName& domain,
                          const std::vector<DkimKey>& keys) {
    return base::join(commands_to_other_key(relay.name, domain, keys), ", then ");
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
    return relay.dkim_selector ? newest_dkim_key(nearest) : newest_usable_dkim_key(nearest);
}

std::optional<DkimKey> partner_key(const DkimKey& key, const std::vector<DkimKey>& keys) {
    std::vector<DkimKey> others;
    for (const auto& other : keys)
        if (other.domain == key.domain && other.algorithm != key.algorithm) others.push_back(other);
    return relay::signing_dkim_key(others);
}

std::vector<std::string> commands_to_other_key(const std::string& relay, const base::DomainName& domain,
                                               const std::vector<DkimKey>& keys) {
    const auto other = newest_usable_dkim_key(keys_of(domain, keys));
    std::vector<std::string> commands;
    if (!other)
        commands.push_back(fmt::format("relayctl dkim rotate {}", domain.ascii()));
    else if (other->life.state == DkimState::pending)
        commands.push_back(fmt::format("relayctl dkim activate {}", to_string(*other)));
    commands.push_back(
        fmt::format("relayctl edit {} --dkim-selector {}", relay, other ? other->selector : "SELECTOR"));
    return commands;
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
    const auto ended =
        nearest_keys(author, keys, [&](const DkimKey& key) { return key.selector == *relay.dkim_selector; });
    if (!ended.empty())
        return base::Error{
            .kind = base::ErrorKind::not_found,
            .message = fmt::format("relay {} signs with {}, which is {} and never signs", relay.name,
                                   to_string(ended.front()), relay::to_string(ended.front().life.state)),
            .hint = next_commands(relay, ended.front().domain, keys)};
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
        if (key->life.state != DkimState::retiring) continue;
        const auto until = key->life.retires_at ? "until " + base::to_rfc3339(*key->life.retires_at)
                                                : std::string("until the next key is activated");
        warnings.push_back(
            {.kind = base::ErrorKind::unavailable,
             .message = fmt::format("relay {} signs with {}, which is retiring {}: then its mail stops",
                                    relay.name, to_string(*key), until),
             .hint = next_commands(relay, key->domain, keys)});
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
