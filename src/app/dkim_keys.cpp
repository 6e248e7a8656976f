#include "app/dkim_keys.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "base/text.hpp"
#include "crypto/key.hpp"
#include "dkim/key_record.hpp"

namespace app {

namespace {

constexpr std::uint32_t least_bits = 2048;
constexpr std::uint32_t most_bits = 4096;

base::Result<void> check_bits(const DkimKeyRequest& request) {
    if (request.algorithm == relay::KeyAlgorithm::ed25519) return {};
    if (request.bits < least_bits)
        return base::usage_error(
            fmt::format("an RSA key of {} bits is too short: signers should use at least 2048 bits "
                        "(RFC 8301 section 3.2)",
                        request.bits),
            "--bits 2048");
    if (request.bits > most_bits)
        return base::usage_error(
            fmt::format("an RSA key of {} bits is too long: verifiers need not take more than 4096 bits "
                        "(RFC 8301 section 3.2)",
                        request.bits),
            "--bits 2048");
    if (request.bits % 8 != 0)
        return base::usage_error(fmt::format("an RSA key has a multiple of 8 bits, not {}", request.bits),
                                 "--bits 2048");
    return {};
}

base::Error selector_taken(const base::DomainName& domain, std::string_view selector) {
    return {.kind = base::ErrorKind::conflict,
            .message =
                fmt::format("{}@{} has a key already; a key is never overwritten", selector, domain.ascii()),
            .hint = fmt::format("relayctl dkim generate {}   (chooses a free selector)", domain.ascii())};
}

// s202611, s202611b ... s202611z: RFC 6376 section 3.1 advises against reusing a selector for a new key.
base::Result<std::string> choose_selector(relay::Store& store, const base::Clock& clock,
                                          const base::DomainName& domain) {
    const auto first = "s" + base::year_and_month(clock.now());
    TRY(auto taken, store.find_dkim_key(domain, first));
    if (!taken) return first;
    for (char letter = 'b'; letter <= 'z'; ++letter) {
        const auto selector = first + letter;
        TRY(taken, store.find_dkim_key(domain, selector));
        if (!taken) return selector;
    }
    return base::Error{
        .kind = base::ErrorKind::conflict,
        .message = fmt::format("{} has a key under each of {} to {}z", domain.ascii(), first, first),
        .hint = "give a selector with --selector"};
}

base::Result<std::string> decide_selector(relay::Store& store, const base::Clock& clock,
                                          const DkimKeyRequest& request) {
    if (!request.selector) return choose_selector(store, clock, request.domain);
    TRY(auto selector, relay::parse_selector(*request.selector));
    TRY(const auto taken, store.find_dkim_key(request.domain, selector));
    if (taken) return selector_taken(request.domain, selector);
    return selector;
}

struct NewKey {
    relay::DkimKey key;
    base::Secret private_key;
};

base::Result<NewKey> make_key(relay::Store& store, const base::Clock& clock, const DkimKeyRequest& request) {
    TRY_VOID(check_bits(request));
    TRY(auto selector, decide_selector(store, clock, request));
    const bool is_rsa = request.algorithm == relay::KeyAlgorithm::rsa;
    TRY(const auto pair,
        is_rsa ? crypto::PrivateKey::generate_rsa(request.bits) : crypto::PrivateKey::generate_ed25519());
    const auto public_key = pair.public_key();
    return NewKey{.key = {.domain = request.domain,
                          .selector = std::move(selector),
                          .algorithm = request.algorithm,
                          .bits = public_key.bits(),
                          .public_key = base::encode_base64(public_key.to_dkim()),
                          .created_at = clock.now()},
                  .private_key = pair.to_pem()};
}

struct KeyName {
    std::optional<std::string> selector;
    base::DomainName domain;
};

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

base::Error no_such_key(std::string_view text, const base::DomainName& domain) {
    return {.kind = base::ErrorKind::not_found,
            .message = fmt::format("there is no DKIM key {}", base::quoted(text)),
            .hint = fmt::format("relayctl dkim list, or relayctl dkim generate {}", domain.ascii())};
}

// The relays that name the selector and serve its domain.
base::Result<std::vector<std::string>> find_users(relay::Store& store, const relay::DkimKey& key) {
    TRY(const auto relays, store.relays());
    std::vector<std::string> names;
    for (const auto& relay : relays)
        if (signs_with(relay, key)) names.push_back(relay.name);
    return names;
}

}  // namespace

bool signs_with(const relay::Relay& relay, const relay::DkimKey& key) {
    const bool serves =
        relay.domains.contains(relay::DomainPattern::any()) || relay::has_domain(relay, key.domain);
    return relay.dkim_selector == key.selector && (serves || relay.fallback);
}

base::Result<relay::DkimKey> create_dkim_key(relay::Store& store, const base::Clock& clock,
                                             const DkimKeyRequest& request) {
    if (request.dry_run == DryRun::yes) {
        TRY(auto made, make_key(store, clock, request));
        return std::move(made.key);
    }
    TRY_VOID(check_bits(request));
    TRY(auto transaction, relay::Transaction::begin(store));
    TRY(auto key, create_dkim_key_in_transaction(store, clock, request));
    TRY_VOID(transaction.commit());
    return key;
}

base::Result<relay::DkimKey> create_dkim_key_in_transaction(relay::Store& store, const base::Clock& clock,
                                                            const DkimKeyRequest& request) {
    TRY(auto made, make_key(store, clock, request));
    TRY_VOID(store.insert_domain({.name = request.domain, .created_at = clock.now()}));
    TRY(made.key.id, store.insert_dkim_key(made.key, made.private_key));
    return std::move(made.key);
}

base::Result<std::vector<relay::DkimKey>> list_dkim_keys(relay::Store& store,
                                                         const std::optional<base::DomainName>& domain) {
    TRY(auto keys, store.dkim_keys());
    if (domain) std::erase_if(keys, [&](const relay::DkimKey& key) { return key.domain != *domain; });
    return keys;
}

base::Result<relay::DkimKey> find_dkim_key(relay::Store& store, std::string_view text) {
    TRY(const auto name, parse_key_name(text));
    if (name.selector) {
        TRY(auto key, store.find_dkim_key(name.domain, *name.selector));
        if (!key) return no_such_key(text, name.domain);
        return std::move(*key);
    }
    TRY(const auto keys, list_dkim_keys(store, name.domain));
    auto newest = newest_dkim_key(keys);
    if (!newest) return no_such_key(text, name.domain);
    return std::move(*newest);
}

std::optional<relay::DkimKey> newest_dkim_key(const std::vector<relay::DkimKey>& keys) {
    const auto newest = std::max_element(keys.begin(), keys.end(), [](const auto& a, const auto& b) {
        return std::tie(a.created_at, a.id) < std::tie(b.created_at, b.id);
    });
    return newest == keys.end() ? std::nullopt : std::optional(*newest);
}

std::string to_string(const relay::DkimKey& key) {
    return key.selector + "@" + key.domain.ascii();
}

std::string dkim_record_value(const relay::DkimKey& key) {
    return dkim::to_string(dkim::make_key_record(relay::to_string(key.algorithm), key.public_key));
}

std::size_t dkim_record_octets(const relay::DkimKey& key) {
    return dkim::record_size(key.domain, key.selector, dkim_record_value(key));
}

std::string dkim_record(const relay::DkimKey& key, dkim::RecordForm form, dkim::NameForm name_form) {
    return dkim::print_record(key.domain, key.selector, dkim_record_value(key), form, name_form);
}

base::Result<DeletedKey> delete_dkim_key(relay::Store& store, std::string_view text, Force force,
                                         DryRun dry_run) {
    if (text.find('@') == std::string_view::npos)
        return base::usage_error(base::quoted(text) + " does not name one key",
                                 "give SELECTOR@DOMAIN, as relayctl dkim list prints it");
    TRY(auto transaction, relay::Transaction::begin(store));
    TRY(auto key, find_dkim_key(store, text));
    TRY(auto users, find_users(store, key));
    if (!users.empty() && force == Force::no)
        return base::Error{
            .kind = base::ErrorKind::conflict,
            .message = fmt::format("{} signs the mail of {}", to_string(key), base::join(users, ", ")),
            .hint = fmt::format("relayctl edit {} --no-dkim", users.front())};
    DeletedKey deleted{.key = std::move(key), .relays = std::move(users)};
    if (dry_run == DryRun::yes) return deleted;
    TRY_VOID(store.delete_dkim_key(deleted.key.id));
    TRY_VOID(transaction.commit());
    return deleted;
}

}  // namespace app
