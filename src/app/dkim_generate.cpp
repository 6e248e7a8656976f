#include "app/dkim_generate.hpp"

#include <fmt/format.h>

#include "crypto/key.hpp"

namespace app {

namespace {

constexpr std::uint32_t least_bits = 1024;  // RFC 8301 section 3.2: verifiers must not take less
constexpr std::uint32_t wise_bits = 2048;
constexpr std::uint32_t most_bits = 4096;
constexpr char second_of_pair = 'e';

base::Error selector_taken(const base::DomainName& domain, std::string_view selector) {
    return {.kind = base::ErrorKind::conflict,
            .message =
                fmt::format("{}@{} has a key already; a key is never overwritten", selector, domain.ascii()),
            .hint = fmt::format("relayctl dkim generate {}   (chooses a free selector)", domain.ascii())};
}

// RFC 6376 section 3.1 advises against reusing a selector for a new key.
base::Error selector_used_up(const base::DomainName& domain, std::string_view selector) {
    return {
        .kind = base::ErrorKind::conflict,
        .message = fmt::format("{}@{} was a key that is deleted: mail signed with it may still be on its "
                               "way, and would be verified with the new one",
                               selector, domain.ascii()),
        .hint = fmt::format("another selector; where nothing was signed with it, relayctl dkim generate {} "
                            "--selector {} --force",
                            domain.ascii(), selector)};
}

// One selector, or the two of a pair.
using Selectors = std::vector<std::string>;

base::Result<Selectors> name_selectors(std::string first, Dual dual) {
    Selectors selectors = {std::move(first)};
    if (dual == Dual::yes) {
        TRY(auto second, relay::parse_selector(second_selector(selectors.front())));
        selectors.push_back(std::move(second));
    }
    return selectors;
}

// Errors: conflict. Of a key that was deleted `public_key` may come again.
base::Result<void> check_free(relay::Store& store, const base::DomainName& domain, const Selectors& selectors,
                              Reuse reuse, std::string_view public_key) {
    for (const auto& selector : selectors) {
        TRY(const auto key, store.find_dkim_key(domain, selector));
        if (key) return selector_taken(domain, selector);
        if (reuse == Reuse::no) TRY_VOID(check_not_reused(store, domain, selector, public_key));
    }
    return {};
}

base::Result<Selectors> choose_selectors(relay::Store& store, const base::Clock& clock,
                                         const base::DomainName& domain, Dual dual) {
    const auto first = "s" + base::year_and_month(clock.now());
    for (char letter = 'a'; letter <= 'z'; ++letter) {
        if (letter == second_of_pair) continue;
        TRY(auto selectors, name_selectors(letter == 'a' ? first : first + letter, dual));
        const auto free = check_free(store, domain, selectors, Reuse::no, "");
        if (free.has_value()) return selectors;
        if (free.error().kind != base::ErrorKind::conflict) return free.error();
    }
    return base::Error{
        .kind = base::ErrorKind::conflict,
        .message = fmt::format("{} has, or had, a key under each of {} to {}z", domain.ascii(), first, first),
        .hint = "give a selector with --selector"};
}

base::Result<Selectors> decide_selectors(relay::Store& store, const base::Clock& clock,
                                         const DkimKeyRequest& request, std::string_view public_key = {}) {
    if (!request.selector) return choose_selectors(store, clock, request.domain, request.dual);
    TRY(auto first, relay::parse_selector(*request.selector));
    TRY(auto selectors, name_selectors(std::move(first), request.dual));
    TRY_VOID(check_free(store, request.domain, selectors, request.reuse, public_key));
    return selectors;
}

relay::DkimKey make_key(const base::Clock& clock, const DkimKeyRequest& request, std::string selector,
                        const KeyPair& pair) {
    return {.domain = request.domain,
            .selector = std::move(selector),
            .algorithm = pair.algorithm,
            .bits = pair.bits,
            .public_key = pair.public_key,
            .note = request.note,
            .created_at = clock.now()};
}

base::Result<std::vector<KeyPair>> make_pairs(const DkimKeyRequest& request) {
    std::vector<KeyPair> pairs;
    const bool dual = request.dual == Dual::yes;
    TRY(auto first, make_key_pair(dual ? relay::KeyAlgorithm::rsa : request.algorithm, request.bits));
    pairs.push_back(std::move(first));
    if (dual) {
        TRY(auto second, make_key_pair(relay::KeyAlgorithm::ed25519, 0));
        pairs.push_back(std::move(second));
    }
    return pairs;
}

base::Error wrong_size(std::uint32_t bits, std::string_view why, std::string hint = "--bits 2048") {
    return base::usage_error(fmt::format("an RSA key of {} bits {} (RFC 8301 section 3.2)", bits, why),
                             std::move(hint));
}

}  // namespace

base::Result<KeyPair> make_key_pair(relay::KeyAlgorithm algorithm, std::uint32_t bits) {
    const bool is_rsa = algorithm == relay::KeyAlgorithm::rsa;
    TRY(const auto key,
        is_rsa ? crypto::PrivateKey::generate_rsa(bits) : crypto::PrivateKey::generate_ed25519());
    const auto public_key = key.public_key();
    return KeyPair{.algorithm = algorithm,
                   .bits = public_key.bits(),
                   .public_key = base::encode_base64(public_key.to_dkim()),
                   .private_key = key.to_pem()};
}

base::Result<void> check_key_size(const DkimKeyRequest& request) {
    if (request.algorithm == relay::KeyAlgorithm::ed25519) return {};
    const auto bits = request.bits;
    if (bits < least_bits) return wrong_size(bits, "is too short: verifiers must not take it");
    if (bits < wise_bits && request.allow_weak == AllowWeak::no)
        return wrong_size(bits, "is too short: signers should use at least 2048 bits",
                          "--bits 2048, or --allow-weak where the zone can hold no longer record");
    if (bits > most_bits) return wrong_size(bits, "is too long: verifiers need not take more than 4096 bits");
    if (bits % 8 != 0)
        return base::usage_error(fmt::format("an RSA key has a multiple of 8 bits, not {}", bits),
                                 "--bits 2048");
    return {};
}

std::string second_selector(std::string_view first) {
    return std::string(first) + second_of_pair;
}

base::Result<void> check_not_reused(relay::Store& store, const base::DomainName& domain,
                                    std::string_view selector, std::string_view public_key) {
    TRY(const auto deleted, store.find_deleted_dkim_key(domain, selector));
    if (deleted && *deleted != public_key) return selector_used_up(domain, selector);
    return {};
}

base::Result<std::string> choose_new_selector(relay::Store& store, const base::Clock& clock,
                                              const base::DomainName& domain) {
    TRY(auto selectors, choose_selectors(store, clock, domain, Dual::no));
    return std::move(selectors.front());
}

base::Result<std::vector<relay::DkimKey>> create_dkim_keys(relay::Store& store, const base::Clock& clock,
                                                           const DkimKeyRequest& request) {
    TRY_VOID(check_key_size(request));
    // What will be refused is refused before a key is made for it.
    TRY(const auto free, decide_selectors(store, clock, request));
    static_cast<void>(free);
    TRY(const auto pairs, make_pairs(request));
    TRY(auto transaction, relay::Transaction::begin(store));
    TRY(auto selectors, decide_selectors(store, clock, request));
    TRY_VOID(store.insert_domain({.name = request.domain, .created_at = clock.now()}));
    std::vector<relay::DkimKey> keys;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        auto key = make_key(clock, request, std::move(selectors[i]), pairs[i]);
        TRY(key.id, store.insert_dkim_key(key, pairs[i].private_key));
        if (request.dry_run == DryRun::yes) key.id = 0;
        keys.push_back(std::move(key));
    }
    if (request.dry_run == DryRun::no) TRY_VOID(transaction.commit());
    return keys;
}

base::Result<relay::DkimKey> create_dkim_key(relay::Store& store, const base::Clock& clock,
                                             const DkimKeyRequest& request) {
    TRY(auto keys, create_dkim_keys(store, clock, request));
    return std::move(keys.front());
}

base::Result<relay::DkimKey> store_key_pair(relay::Store& store, const base::Clock& clock,
                                            const DkimKeyRequest& request, const KeyPair& pair) {
    TRY(auto selectors, decide_selectors(store, clock, request, pair.public_key));
    TRY_VOID(store.insert_domain({.name = request.domain, .created_at = clock.now()}));
    auto key = make_key(clock, request, std::move(selectors.front()), pair);
    TRY(key.id, store.insert_dkim_key(key, pair.private_key));
    return key;
}

}  // namespace app
