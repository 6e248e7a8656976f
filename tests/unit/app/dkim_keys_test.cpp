#include "app/dkim_keys.hpp"

#include <doctest/doctest.h>

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

relay::Relay signing_relay() {
    relay::Relay relay = {.name = "news", .host = relay::Host::parse("smtp.example.net").value()};
    relay.domains = {relay::DomainPattern(domain)};
    relay.dkim_selector = "s202611";
    return relay;
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

TEST_CASE("an explicit selector that exists is a conflict and the key stays") {
    test::MemoryStore store;
    const test::FixedClock clock("2026-11-23T12:00:00Z");
    const auto key = app::create_dkim_key(store, clock, quick("mail")).value();
    const auto again = app::create_dkim_key(store, clock, quick("MAIL"));
    REQUIRE(again.has_error());
    CHECK(again.error().kind == ErrorKind::conflict);
    CHECK(again.error().message.find("never overwritten") != std::string::npos);
    CHECK(app::list_dkim_keys(store, domain).value() == std::vector<relay::DkimKey>{key});
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
    const test::FixedClock clock("2026-11-23T12:00:00Z");
    {
        auto transaction = relay::Transaction::begin(store).value();
        CHECK(app::create_dkim_key_in_transaction(store, clock, quick()).has_value());
    }
    CHECK(store.dkim_keys().value().empty());
    auto transaction = relay::Transaction::begin(store).value();
    CHECK(app::create_dkim_key_in_transaction(store, clock, quick()).has_value());
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

TEST_CASE("a key is found by selector and domain, or as the newest of the domain") {
    test::MemoryStore store;
    test::FixedClock clock("2026-10-01T00:00:00Z");
    const auto old_key = app::create_dkim_key(store, clock, quick("zz")).value();
    clock.time += std::chrono::hours(24);
    const auto new_key = app::create_dkim_key(store, clock, quick("aa")).value();
    const auto same_second = app::create_dkim_key(store, clock, quick("a1")).value();
    CHECK(app::find_dkim_key(store, "zz@example.com").value() == old_key);
    CHECK(app::find_dkim_key(store, "AA@Example.COM").value() == new_key);
    CHECK(app::find_dkim_key(store, "example.com").value() == same_second);
    CHECK(app::find_dkim_key(store, "nn@example.com").error().kind == ErrorKind::not_found);
    CHECK(app::find_dkim_key(store, "example.net").error().kind == ErrorKind::not_found);
    CHECK(app::find_dkim_key(store, "a b@example.com").error().kind == ErrorKind::usage);
    CHECK(app::find_dkim_key(store, "").error().kind == ErrorKind::usage);
}

TEST_CASE("keys are listed by domain and selector, all or of one domain") {
    test::MemoryStore store;
    const test::FixedClock clock("2026-11-23T12:00:00Z");
    auto request = quick("b");
    request.domain = other_domain;
    CHECK(app::create_dkim_key(store, clock, request).has_value());
    CHECK(app::create_dkim_key(store, clock, quick("b")).has_value());
    CHECK(app::create_dkim_key(store, clock, quick("a")).has_value());
    std::vector<std::string> names;
    for (const auto& key : app::list_dkim_keys(store, std::nullopt).value())
        names.push_back(app::to_string(key));
    CHECK(names == std::vector<std::string>{"a@example.com", "b@example.com", "b@example.net"});
    CHECK(app::list_dkim_keys(store, other_domain).value().size() == 1);
}

TEST_CASE("a key is deleted by its whole name only, and not while a relay signs with it") {
    test::MemoryStore store;
    const test::FixedClock clock("2026-11-23T12:00:00Z");
    const auto key = app::create_dkim_key(store, clock, quick()).value();
    {
        auto transaction = relay::Transaction::begin(store).value();
        CHECK(store.insert_relay(signing_relay()).has_value());
        CHECK(transaction.commit().has_value());
    }
    const auto remove = [&](std::string_view text, app::Force force, app::DryRun dry_run) {
        return app::delete_dkim_key(store, text, force, dry_run);
    };
    using app::DryRun;
    using app::Force;
    CHECK(remove("example.com", Force::no, DryRun::no).error().kind == ErrorKind::usage);
    CHECK(remove("s1@example.com", Force::no, DryRun::no).error().kind == ErrorKind::not_found);
    const auto refused = remove("s202611@example.com", Force::no, DryRun::no);
    CHECK(refused.error().kind == ErrorKind::conflict);
    CHECK(refused.error().message == "s202611@example.com signs the mail of news");
    CHECK(remove("s202611@example.com", Force::yes, DryRun::yes)->key == key);
    CHECK(store.dkim_keys().value().size() == 1);
    const auto deleted = remove("s202611@example.com", Force::yes, DryRun::no).value();
    CHECK(deleted.key == key);
    CHECK(deleted.relays == std::vector<std::string>{"news"});
    CHECK(store.dkim_keys().value().empty());
}

TEST_CASE("the record is printed in every form") {
    test::MemoryStore store;
    const test::FixedClock clock("2026-11-23T12:00:00Z");
    const auto key = app::create_dkim_key(store, clock, quick()).value();
    const auto value = "v=DKIM1; k=ed25519; p=" + key.public_key;
    CHECK(app::dkim_record(key, dkim::RecordForm::value) == value + "\n");
    CHECK(app::dkim_record(key, dkim::RecordForm::name, dkim::NameForm::absolute) ==
          "s202611._domainkey.example.com.\n");
    CHECK(app::dkim_record(key, dkim::RecordForm::zone) ==
          "s202611._domainkey.example.com. IN TXT (\n        \"" + value + "\" )\n");
}
