#include "app/dkim_keys.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "crypto/key.hpp"
#include "dkim/key_record.hpp"

namespace app {

using relay::DkimKey;

namespace {

base::Result<crypto::PrivateKey> generate(const DkimKeyRequest& request) {
    if (request.algorithm == relay::KeyAlgorithm::ed25519) return crypto::PrivateKey::generate_ed25519();
    constexpr std::uint32_t smallest = 2048, largest = 4096;
    if (request.bits < smallest)
        return base::usage_error(fmt::format("an RSA key of {} bits is too weak: signers use {} and more "
                                             "(RFC 8301 section 3.2)",
                                             request.bits, smallest),
                                 "give --bits 2048");
    if (request.bits > largest)
        return base::usage_error(
            fmt::format("an RSA key of {} bits is larger than verifiers need to support: at "
                        "most {} (RFC 8301 section 3.2)",
                        request.bits, largest));
    return crypto::PrivateKey::generate_rsa(request.bits);
}

bool is_taken(const std::vector<DkimKey>& keys, std::string_view selector) {
    return std::any_of(keys.begin(), keys.end(), [&](const auto& key) { return key.selector == selector; });
}

base::Result<std::string> choose_selector(relay::Store& store, const base::Clock& clock,
                                          const DkimKeyRequest& request) {
    TRY(const auto keys, list_dkim_keys(store, request.domain));
    if (request.selector) {
        if (!is_taken(keys, *request.selector)) return *request.selector;
        return base::Error{.kind = base::ErrorKind::conflict,
                           .message = fmt::format("{}@{} has a key already, and a key is never overwritten",
                                                  *request.selector, request.domain.ascii()),
                           .hint = "choose another --selector"};
    }
    const std::string stem = "s" + base::year_and_month(clock.now());
    if (!is_taken(keys, stem)) return stem;
    for (char letter = 'b'; letter <= 'z'; ++letter)
        if (!is_taken(keys, stem + letter)) return stem + letter;
    return base::Error{.kind = base::ErrorKind::conflict,
                       .message = fmt::format("{} has 26 keys of this month", request.domain.ascii()),
                       .hint = "give --selector"};
}

struct KeyId {
    std::optional<std::string> selector;
    base::DomainName domain;
};

base::Result<KeyId> parse_key_id(std::string_view text) {
    const auto at = text.find('@');
    const bool has_selector = at != std::string_view::npos;
    TRY(auto domain, base::DomainName::parse(has_selector ? text.substr(at + 1) : text));
    KeyId id{.selector = std::nullopt, .domain = std::move(domain)};
    if (has_selector) {
        TRY(id.selector, relay::parse_selector(text.substr(0, at)));
    }
    return id;
}

base::Error no_such_key(const KeyId& id) {
    const auto name = id.selector ? *id.selector + "@" + id.domain.ascii() : "of " + id.domain.ascii();
    return {.kind = base::ErrorKind::not_found,
            .message = "there is no DKIM key " + name,
            .hint = id.selector ? "relayctl dkim list" : "relayctl dkim generate " + id.domain.ascii()};
}

}  // namespace

base::Result<DkimKey> create_dkim_key_in_transaction(relay::Store& store, const base::Clock& clock,
                                                     const DkimKeyRequest& request) {
    TRY(auto selector, choose_selector(store, clock, request));
    TRY(const auto private_key, generate(request));
    const auto public_key = private_key.public_key();
    DkimKey key{.domain = request.domain,
                .selector = std::move(selector),
                .algorithm = request.algorithm,
                .bits = public_key.bits(),
                .public_key = base::encode_base64(public_key.to_dkim()),
                .created_at = clock.now()};
    TRY_VOID(store.insert_domain({.name = request.domain, .created_at = clock.now()}));
    TRY(key.id, store.insert_dkim_key(key, private_key.to_pem()));
    return key;
}

base::Result<DkimKey> create_dkim_key(relay::Store& store, const base::Clock& clock,
                                      const DkimKeyRequest& request) {
    TRY(auto transaction, relay::Transaction::begin(store));
    TRY(auto key, create_dkim_key_in_transaction(store, clock, request));
    if (request.dry_run == DryRun::no) TRY_VOID(transaction.commit());
    return key;
}

base::Result<std::vector<DkimKey>> list_dkim_keys(relay::Store& store,
                                                  const std::optional<base::DomainName>& domain) {
    TRY(auto keys, store.dkim_keys());
    if (domain) std::erase_if(keys, [&](const auto& key) { return key.domain != *domain; });
    return keys;
}

base::Result<DkimKey> find_dkim_key(relay::Store& store, std::string_view text) {
    TRY(const auto id, parse_key_id(text));
    if (id.selector) {
        TRY(auto key, store.find_dkim_key(id.domain, *id.selector));
        if (!key) return no_such_key(id);
        return std::move(*key);
    }
    TRY(const auto keys, list_dkim_keys(store, id.domain));
    if (keys.empty()) return no_such_key(id);
    return *std::max_element(keys.begin(), keys.end(), [](const auto& a, const auto& b) {
        return std::pair(a.created_at, a.id) < std::pair(b.created_at, b.id);
    });
}

std::string to_string(const DkimKey& key) {
    return key.selector + "@" + key.domain.ascii();
}

std::string dkim_record_value(const DkimKey& key) {
    return dkim::to_string(dkim::make_key_record(relay::to_string(key.algorithm), key.public_key));
}

std::string dkim_record(const DkimKey& key, dkim::RecordForm form, dkim::NameForm name_form) {
    return dkim::print_record(key.domain, key.selector, dkim_record_value(key), form, name_form);
}

base::Result<DkimKey> delete_dkim_key(relay::Store& store, std::string_view text, Force force,
                                      DryRun dry_run) {
    TRY(const auto id, parse_key_id(text));
    if (!id.selector)
        return base::usage_error("deleting a key needs its whole name: " + base::quoted(text),
                                 "give SELECTOR@DOMAIN");
    TRY(auto transaction, relay::Transaction::begin(store));
    TRY(auto key, find_dkim_key(store, text));
    TRY(const auto relays, store.relays());
    for (const auto& relay : relays) {
        const bool signs =
            relay.dkim_selector == key.selector && relay.domains.contains(relay::DomainPattern(key.domain));
        if (!signs || !relay.enabled || force == Force::yes) continue;
        return base::Error{.kind = base::ErrorKind::conflict,
                           .message = fmt::format("relay {} signs with {}", relay.name, to_string(key)),
                           .hint = fmt::format("relayctl edit {} --no-dkim, or add --force", relay.name)};
    }
    TRY_VOID(store.delete_dkim_key(key.id));
    if (dry_run == DryRun::no) TRY_VOID(transaction.commit());
    return key;
}

}  // namespace app
