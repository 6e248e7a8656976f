#include "app/dkim_keys.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "app/settings.hpp"
#include "base/text.hpp"
#include "dkim/key_record.hpp"
#include "relay/dkim_rules.hpp"

namespace app {

namespace {

// Does it sign beside keys of the other algorithm: it is the one of its own that signs for the domain.
bool is_partner(const relay::DkimKey& key, const std::vector<relay::DkimKey>& keys) {
    std::vector<relay::DkimKey> own;
    for (const auto& other : keys)
        if (other.domain == key.domain && other.algorithm == key.algorithm) own.push_back(other);
    const auto signing = relay::signing_dkim_key(own);
    return signing && signing->id == key.id;
}

// Why it should stay, or nothing.
std::optional<base::Error> keep_reason(const relay::DkimKey& key, const std::vector<relay::DkimKey>& keys,
                                       const std::vector<std::string>& users) {
    const auto rotate = fmt::format("relayctl dkim rotate {}, or --force", key.domain.ascii());
    const auto conflict = [&](std::string why, std::string hint) {
        return base::Error{.kind = base::ErrorKind::conflict,
                           .message = fmt::format("{} {}", to_string(key), why),
                           .hint = std::move(hint)};
    };
    if (!users.empty()) return conflict("signs the mail of " + base::join(users, ", "), rotate);
    if (key.life.state == relay::DkimState::active) {
        const bool another = std::any_of(keys.begin(), keys.end(), [&](const relay::DkimKey& other) {
            return other.id != key.id && other.domain == key.domain && other.algorithm == key.algorithm &&
                   other.life.state == relay::DkimState::active;
        });
        return conflict(another ? std::string("is active: mail signed with it is on its way")
                                : fmt::format("is the only active {} key of {}: nothing would sign its mail",
                                              relay::to_string(key.algorithm), key.domain.ascii()),
                        rotate);
    }
    if (key.life.state != relay::DkimState::retiring) return std::nullopt;
    constexpr std::string_view why = "mail signed with it may still be on its way";
    if (!key.life.retires_at)
        return conflict(fmt::format("is retiring, nobody knows until when: {}", why), "--force");
    return conflict(fmt::format("is retiring until {}: {}", base::to_rfc3339(*key.life.retires_at), why),
                    "wait until relayctl dkim list says retired, or --force");
}

}  // namespace

base::Error no_such_key(std::string_view text, const base::DomainName& domain) {
    return {.kind = base::ErrorKind::not_found,
            .message = fmt::format("there is no DKIM key {}", base::quoted(text)),
            .hint = fmt::format("relayctl dkim list, or relayctl dkim generate {}", domain.ascii())};
}

base::Result<KeyName> parse_key_name(std::string_view text) {
    const auto at = text.find('@');
    if (at == std::string_view::npos) {
        TRY(auto domain, base::DomainName::parse(text));
        return KeyName{.selector = std::nullopt, .domain = std::move(domain)};
    }
    TRY(auto selector, relay::parse_selector(text.substr(0, at)));
    TRY(auto domain, base::DomainName::parse(text.substr(at + 1)));
    return KeyName{.selector = std::move(selector), .domain = std::move(domain)};
}

bool signs_with(const relay::Relay& relay, const relay::DkimKey& key) {
    const bool serves =
        relay.domains.contains(relay::DomainPattern::any()) || relay::has_domain(relay, key.domain);
    return relay.dkim_selector == key.selector && (serves || relay.fallback);
}

std::vector<std::string> relays_of(const relay::DkimKey& key, const std::vector<relay::DkimKey>& keys,
                                   const std::vector<relay::Relay>& relays) {
    const bool partner = is_partner(key, keys);
    std::vector<std::string> names;
    for (const auto& relay : relays) {
        const bool beside =
            partner && std::any_of(keys.begin(), keys.end(), [&](const relay::DkimKey& other) {
                return other.domain == key.domain && other.algorithm != key.algorithm &&
                       relay::may_sign(other.life.state) && signs_with(relay, other);
            });
        if (beside || signs_with(relay, key)) names.push_back(relay.name);
    }
    return names;
}

base::Result<std::vector<relay::DkimKey>> list_dkim_keys(relay::Store& store,
                                                         const std::optional<base::DomainName>& domain,
                                                         base::Time now) {
    TRY(auto keys, store.dkim_keys());
    if (domain) std::erase_if(keys, [&](const relay::DkimKey& key) { return key.domain != *domain; });
    for (auto& key : keys)
        key.life.state = relay::state_at(key.life, now);
    return keys;
}

base::Result<std::chrono::seconds> dkim_grace(relay::Store& store) {
    TRY(const auto text, find_setting_value(store, relay::dkim_grace));
    if (!text) return relay::usual_dkim_grace;
    // A time too long for the setting was not written by it.
    return base::parse_span(*text, std::chrono::hours(24 * 3660)).value_or(relay::usual_dkim_grace);
}

base::Result<relay::DkimKey> find_dkim_key(relay::Store& store, std::string_view text) {
    TRY(const auto name, parse_key_name(text));
    if (name.selector) {
        TRY(auto key, store.find_dkim_key(name.domain, *name.selector));
        if (!key) return no_such_key(text, name.domain);
        return std::move(*key);
    }
    TRY(auto keys, store.dkim_keys());
    std::erase_if(keys, [&](const relay::DkimKey& key) { return key.domain != name.domain; });
    auto newest = newest_dkim_key(keys);
    if (!newest) return no_such_key(text, name.domain);
    return std::move(*newest);
}

base::Result<relay::DkimKey> find_only_dkim_key(relay::Store& store, std::string_view text, base::Time now) {
    TRY(const auto name, parse_key_name(text));
    TRY(auto keys, list_dkim_keys(store, name.domain, now));
    if (name.selector)
        std::erase_if(keys, [&](const relay::DkimKey& key) { return key.selector != *name.selector; });
    if (keys.empty()) return no_such_key(text, name.domain);
    if (keys.size() == 1) return std::move(keys.front());
    std::vector<std::string> names;
    for (const auto& key : keys)
        names.push_back(to_string(key));
    return base::usage_error(base::quoted(text) + " does not name one key",
                             "give " + base::join(names, " or "));
}

std::optional<relay::DkimKey> newest_dkim_key(const std::vector<relay::DkimKey>& keys) {
    const auto newest = std::max_element(keys.begin(), keys.end(), [](const auto& a, const auto& b) {
        const auto order = [](const relay::DkimKey& key) {
            return std::tuple(key.created_at, key.algorithm == relay::KeyAlgorithm::rsa, key.id);
        };
        return order(a) < order(b);
    });
    return newest == keys.end() ? std::nullopt : std::optional(*newest);
}

std::optional<relay::DkimKey> newest_usable_dkim_key(std::vector<relay::DkimKey> keys) {
    if (auto signing = relay::signing_dkim_key(keys)) return signing;
    std::erase_if(keys,
                  [](const relay::DkimKey& key) { return key.life.state != relay::DkimState::pending; });
    return newest_dkim_key(keys);
}

const relay::DkimKey* find_ended_key(const std::vector<relay::DkimKey>& keys, const base::DomainName& domain,
                                     std::string_view selector) {
    for (const auto& key : keys)
        if (key.domain == domain && key.selector == selector && !relay::may_sign(key.life.state)) return &key;
    return nullptr;
}

std::string to_string(const relay::DkimKey& key) {
    return relay::name_of(key);
}

std::string dkim_record_value(const relay::DkimKey& key) {
    const bool revoked = key.life.state == relay::DkimState::revoked;
    return dkim::to_string(
        dkim::make_key_record(relay::to_string(key.algorithm), revoked ? "" : key.public_key));
}

std::size_t dkim_record_octets(const relay::DkimKey& key, std::string_view target) {
    return dkim::record_size({.domain = key.domain, .selector = key.selector, .target = target},
                             dkim_record_value(key));
}

std::string dkim_record(const relay::DkimKey& key, dkim::RecordForm form, dkim::NameForm name_form,
                        std::string_view target) {
    return dkim::print_record({.domain = key.domain, .selector = key.selector, .target = target},
                              dkim_record_value(key), form, name_form);
}

base::Result<DeletedKey> delete_dkim_key(relay::Store& store, const base::Clock& clock, std::string_view text,
                                         Force force, DryRun dry_run) {
    if (text.find('@') == std::string_view::npos)
        return base::usage_error(base::quoted(text) + " does not name one key",
                                 "give SELECTOR@DOMAIN, as relayctl dkim list prints it");
    TRY(auto transaction, relay::Transaction::begin(store));
    TRY(auto key, find_dkim_key(store, text));
    TRY(const auto keys, list_dkim_keys(store, key.domain, clock.now()));
    key.life.state = relay::state_at(key.life, clock.now());
    TRY(const auto relays, store.relays());
    auto users = relays_of(key, keys, relays);
    auto reason = keep_reason(key, keys, users);
    if (reason && force == Force::no) return std::move(*reason);
    DeletedKey deleted{.key = std::move(key), .relays = std::move(users)};
    if (dry_run == DryRun::yes) return deleted;
    TRY_VOID(store.delete_dkim_key(deleted.key.id));
    TRY_VOID(transaction.commit());
    return deleted;
}

}  // namespace app
