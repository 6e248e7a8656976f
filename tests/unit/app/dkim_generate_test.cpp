#include "app/dkim_generate.hpp"

#include <ctime>

#include <doctest/doctest.h>

#include "app/dkim_import.hpp"
#include "app/dkim_keys.hpp"
#include "app/relays.hpp"
#include "crypto/key.hpp"
#include "dkim/inspect.hpp"
#include "support/memory_store.hpp"

namespace {

using app::DkimKeyRequest;
using base::ErrorKind;

const base::DomainName domain = base::DomainName::parse("example.com").value();
const base::DomainName other_domain = base::DomainName::parse("example.net").value();

DkimKeyRequest quick(std::optional<std::string> selector = {}) {
    return {.domain = domain, .selector = std::move(selector), .algorithm = relay::KeyAlgorithm::ed25519};
}

std::vector<std::string> names(const std::vector<relay::DkimKey>& keys) {
    std::vector<std::string> names;
    for (const auto& key : keys)
        names.push_back(app::to_string(key));
    return names;
}

}  // namespace

TEST_CASE("a new key takes its selector from the month, is stored with its private half and its domain") {
    test::MemoryStore store;
    const test::FixedClock clock("2026-11-23T12:00:00Z");
    const auto key = app::create_dkim_key(store, clock, {.domain = domain}).value();
    CHECK(key.selector == "s202611");
    CHECK(key.algorithm == relay::KeyAlgorithm::rsa);
    CHECK(key.bits == 2048);
    CHECK(key.created_at == clock.now());
    CHECK(app::to_string(key) == "s202611@example.com");
    CHECK(store.find_dkim_key(domain, "s202611").value() == key);
    CHECK(store.domains().value().front().name == domain);
    CHECK(store.commits == 1);
    const auto pair = crypto::PrivateKey::parse_pem(store.dkim_private_key(key.id).value()).value();
    CHECK(base::encode_base64(pair.public_key().to_dkim()) == key.public_key);
}

TEST_CASE("the record of a new key is one that verifiers take without a word") {
    test::MemoryStore store;
    const test::FixedClock clock("2026-11-23T12:00:00Z");
    for (const auto algorithm : {relay::KeyAlgorithm::rsa, relay::KeyAlgorithm::ed25519}) {
        const auto key =
            app::create_dkim_key(store, clock, {.domain = domain, .algorithm = algorithm}).value();
        const auto inspection = dkim::inspect_key_record(app::dkim_record_value(key), "x");
        CHECK(inspection.verdict == finding::Verdict::good);
        CHECK(inspection.findings.empty());
    }
}

TEST_CASE("a second key of the month gets b, the next c") {
    test::MemoryStore store;
    const test::FixedClock clock("2026-11-23T12:00:00Z");
    CHECK(app::create_dkim_key(store, clock, quick()).value().selector == "s202611");
    CHECK(app::create_dkim_key(store, clock, quick()).value().selector == "s202611b");
    CHECK(app::create_dkim_key(store, clock, quick()).value().selector == "s202611c");
    auto request = quick();
    request.domain = other_domain;
    CHECK(app::create_dkim_key(store, clock, request).value().selector == "s202611");
}

TEST_CASE("the selector of a key that was deleted is not given again, unless forced or for the same key") {
    test::MemoryStore store;
    const test::FixedClock clock("2026-11-23T12:00:00Z");
    const auto remove = [&](std::string_view name) {
        CHECK(app::delete_dkim_key(store, clock, name, app::Force::yes, app::DryRun::no).has_value());
    };
    CHECK(app::create_dkim_key(store, clock, quick()).value().selector == "s202611");
    remove("s202611@example.com");
    CHECK(app::create_dkim_key(store, clock, quick()).value().selector == "s202611b");
    auto request = quick("s202611");
    const auto again = app::create_dkim_key(store, clock, request);
    REQUIRE(again.has_error());
    CHECK(again.error().kind == ErrorKind::conflict);
    CHECK(again.error().message ==
          "s202611@example.com was a key that is deleted: mail signed with it may still be on its way, and "
          "would "
          "be verified with the new one");
    CHECK(again.error().hint.find("relayctl dkim generate example.com --selector s202611 --force") !=
          std::string::npos);
    request.reuse = app::Reuse::yes;
    CHECK(app::create_dkim_key(store, clock, request).has_value());
    request.domain = other_domain;
    request.reuse = app::Reuse::no;
    CHECK(app::create_dkim_key(store, clock, request).has_value());
    const auto pair = app::make_key_pair(relay::KeyAlgorithm::ed25519, 0).value();
    const app::KeyToImport mine{.selector = "mine", .domain = domain, .pair = pair};
    CHECK(app::import_dkim_keys(store, clock, {mine}, app::DryRun::no).has_value());
    remove("mine@example.com");
    CHECK(app::import_dkim_keys(store, clock, {mine}, app::DryRun::no).has_value());
    remove("mine@example.com");
    auto other = mine;
    other.pair = app::make_key_pair(relay::KeyAlgorithm::ed25519, 0).value();
    const auto imported = app::import_dkim_keys(store, clock, {other}, app::DryRun::no);
    REQUIRE(imported.has_error());
    CHECK(imported.error().kind == ErrorKind::conflict);
    CHECK(imported.error().hint.starts_with("import it under another selector, or --force"));
    other.reuse = app::Reuse::yes;
    CHECK(app::import_dkim_keys(store, clock, {other}, app::DryRun::no).has_value());
}

TEST_CASE("an explicit selector that exists is a conflict and the key stays") {
    test::MemoryStore store;
    const test::FixedClock clock("2026-11-23T12:00:00Z");
    const auto key = app::create_dkim_key(store, clock, quick("mail")).value();
    const auto again = app::create_dkim_key(store, clock, quick("MAIL"));
    REQUIRE(again.has_error());
    CHECK(again.error().kind == ErrorKind::conflict);
    CHECK(again.error().message.find("never overwritten") != std::string::npos);
    CHECK(app::list_dkim_keys(store, domain, clock.now()).value() == std::vector<relay::DkimKey>{key});
}

TEST_CASE("RSA sizes outside 2048 to 4096 are refused with the standard's number") {
    test::MemoryStore store;
    const test::FixedClock clock("2026-11-23T12:00:00Z");
    for (const std::uint32_t bits : {512U, 1024U, 2047U, 4097U, 8192U}) {
        const auto key = app::create_dkim_key(store, clock, {.domain = domain, .bits = bits});
        REQUIRE(key.has_error());
        CHECK(key.error().kind == ErrorKind::usage);
        CHECK(key.error().message.find("RFC 8301") != std::string::npos);
    }
    CHECK(app::create_dkim_key(store, clock, quick("a b")).error().kind == ErrorKind::usage);
}

TEST_CASE("1024 bits are made when weak keys are allowed, less never") {
    test::MemoryStore store;
    const test::FixedClock clock("2026-11-23T12:00:00Z");
    DkimKeyRequest request{.domain = domain, .bits = 1024, .allow_weak = app::AllowWeak::yes};
    CHECK(app::create_dkim_key(store, clock, request).value().bits == 1024);
    request.bits = 1016;
    CHECK(app::create_dkim_key(store, clock, request).error().kind == ErrorKind::usage);
    request.bits = 1030;
    CHECK(app::create_dkim_key(store, clock, request).error().kind == ErrorKind::usage);
}

TEST_CASE("a pair has an RSA key and, under the selector with an e, an Ed25519 key, with the same note") {
    test::MemoryStore store;
    const test::FixedClock clock("2026-11-23T12:00:00Z");
    const DkimKeyRequest request{.domain = domain, .dual = app::Dual::yes, .note = "for news"};
    const auto keys = app::create_dkim_keys(store, clock, request).value();
    CHECK(names(keys) == std::vector<std::string>{"s202611@example.com", "s202611e@example.com"});
    CHECK(keys[0].algorithm == relay::KeyAlgorithm::rsa);
    CHECK(keys[1].algorithm == relay::KeyAlgorithm::ed25519);
    for (const auto& key : keys) {
        CHECK(key.note == "for news");
        CHECK(store.find_dkim_key(domain, key.selector).value() == key);
    }
    CHECK(store.commits == 1);
}

TEST_CASE("a pair needs both its selectors free, and no lone key is ever called as the second of a pair") {
    test::MemoryStore store;
    const test::FixedClock clock("2026-11-23T12:00:00Z");
    CHECK(app::create_dkim_key(store, clock, quick("s202611e")).has_value());
    const DkimKeyRequest pair{.domain = domain, .dual = app::Dual::yes};
    CHECK(names(app::create_dkim_keys(store, clock, pair).value()) ==
          std::vector<std::string>{"s202611b@example.com", "s202611be@example.com"});
    auto given = pair;
    given.selector = "s202611";
    const auto refused = app::create_dkim_keys(store, clock, given);
    REQUIRE(refused.has_error());
    CHECK(refused.error().kind == ErrorKind::conflict);
    CHECK(refused.error().message.find("s202611e@example.com") != std::string::npos);
    given.selector = std::string(63, 'a');
    CHECK(app::create_dkim_keys(store, clock, given).error().kind == ErrorKind::usage);
    for (const char* selector : {"s202611", "s202611c", "s202611d", "s202611f"})
        CHECK(app::create_dkim_key(store, clock, quick()).value().selector == selector);
}

TEST_CASE("the key is made before the store is locked, for a relay too") {
    class Watching final : public test::MemoryStore {
      public:
        base::Result<void> begin() override {
            begun = std::clock();
            return MemoryStore::begin();
        }
        base::Result<void> commit() override {
            held = std::clock() - begun;
            return MemoryStore::commit();
        }
        std::clock_t begun = 0;
        std::clock_t held = 0;  // processor time
    };
    const test::FixedClock clock("2026-11-23T12:00:00Z");
    Watching store;
    // An RSA key of 4096 bits takes at least some tenths of a second.
    CHECK(app::create_dkim_key(store, clock, {.domain = domain, .bits = 4096}).has_value());
    CHECK(store.held < CLOCKS_PER_SEC / 20);
    app::RelaySettings settings;
    settings.host = relay::Host::parse("smtp.example.net").value();
    settings.domains = {relay::DomainPattern(domain), relay::DomainPattern(other_domain)};
    settings.dkim = app::DkimChoice::on;
    settings.dkim_selector = "news";
    const auto added =
        app::add_relay(store, clock, "news", settings, app::Existing::refuse, app::DryRun::no).value();
    CHECK(names(added.new_keys) == std::vector<std::string>{"news@example.com", "news@example.net"});
    CHECK(added.new_keys[0].public_key != added.new_keys[1].public_key);
    CHECK(store.held < CLOCKS_PER_SEC / 20);
}

TEST_CASE("a dry run makes a key to show and stores nothing") {
    test::MemoryStore store;
    const test::FixedClock clock("2026-11-23T12:00:00Z");
    auto request = quick();
    request.dry_run = app::DryRun::yes;
    CHECK(app::create_dkim_key(store, clock, request).value().selector == "s202611");
    CHECK(store.dkim_keys().value().empty());
    CHECK(store.domains().value().empty());
    CHECK(store.commits == 0);
}

TEST_CASE("inside an outer transaction the key goes with it") {
    test::MemoryStore store;
    const auto pair = app::make_key_pair(relay::KeyAlgorithm::ed25519, 0).value();
    const test::FixedClock clock("2026-11-23T12:00:00Z");
    {
        auto transaction = relay::Transaction::begin(store).value();
        CHECK(app::store_key_pair(store, clock, quick(), pair).has_value());
    }
    CHECK(store.dkim_keys().value().empty());
    auto transaction = relay::Transaction::begin(store).value();
    CHECK(app::store_key_pair(store, clock, quick(), pair).has_value());
    CHECK(transaction.commit().has_value());
    CHECK(store.dkim_keys().value().size() == 1);
}

TEST_CASE("a store that fails at any operation gives an Error and keeps nothing") {
    const test::FixedClock clock("2026-11-23T12:00:00Z");
    for (int n = 0;; ++n) {
        test::MemoryStore store;
        store.fail_from = n;
        const auto key = app::create_dkim_key(store, clock, quick());
        store.fail_from.reset();
        if (key.has_value()) {
            CHECK(n > 3);
            break;
        }
        CHECK(key.error().kind == ErrorKind::io);
        CHECK(store.dkim_keys().value().empty());
        CHECK(store.domains().value().empty());
        REQUIRE(n < 20);
    }
}
