#include "app/dkim_keys.hpp"

#include <doctest/doctest.h>

#include "app/dkim_generate.hpp"
#include "app/dkim_rotation.hpp"
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
    for (const auto& key : app::list_dkim_keys(store, std::nullopt, clock.now()).value())
        names.push_back(app::to_string(key));
    CHECK(names == std::vector<std::string>{"a@example.com", "b@example.com", "b@example.net"});
    CHECK(app::list_dkim_keys(store, other_domain, clock.now()).value().size() == 1);
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
        return app::delete_dkim_key(store, clock, text, force, dry_run);
    };
    using app::DryRun;
    using app::Force;
    CHECK(remove("example.com", Force::no, DryRun::no).error().kind == ErrorKind::usage);
    CHECK(remove("s1@example.com", Force::no, DryRun::no).error().kind == ErrorKind::not_found);
    const auto refused = remove("s202611@example.com", Force::no, DryRun::no);
    CHECK(refused.error().kind == ErrorKind::conflict);
    CHECK(refused.error().message == "s202611@example.com signs the mail of news");
    CHECK(refused.error().hint == "relayctl dkim rotate example.com, or --force");
    CHECK(remove("s202611@example.com", Force::yes, DryRun::yes)->key == key);
    CHECK(store.dkim_keys().value().size() == 1);
    const auto deleted = remove("s202611@example.com", Force::yes, DryRun::no).value();
    CHECK(deleted.key == key);
    CHECK(deleted.relays == std::vector<std::string>{"news"});
    CHECK(store.dkim_keys().value().empty());
}

TEST_CASE("a key that signs, or did lately, is not deleted without force") {
    test::MemoryStore store;
    test::FixedClock clock("2026-11-23T12:00:00Z");
    const auto remove = [&](std::string_view text) {
        const auto deleted = app::delete_dkim_key(store, clock, text, app::Force::no, app::DryRun::yes);
        return deleted ? std::string("deleted") : deleted.error().message + "; " + deleted.error().hint;
    };
    const auto activate = [&](std::string_view text, relay::KeepOthers keep) {
        CHECK(app::activate_key(store, clock, text, keep, app::DryRun::no).has_value());
    };
    for (const auto* selector : {"a", "b", "c", "d"})
        CHECK(app::create_dkim_key(store, clock, quick(selector)).has_value());
    CHECK(remove("a@example.com") == "deleted");  // pending
    activate("a@example.com", relay::KeepOthers::no);
    CHECK(
        remove("a@example.com") ==
        "a@example.com is the only active ed25519 key of example.com: nothing would sign its mail; relayctl "
        "dkim rotate example.com, or --force");
    activate("b@example.com", relay::KeepOthers::yes);
    CHECK(remove("a@example.com") ==
          "a@example.com is active: mail signed with it is on its way; relayctl dkim rotate example.com, or "
          "--force");
    activate("c@example.com", relay::KeepOthers::no);
    CHECK(
        remove("a@example.com") ==
        "a@example.com is retiring until 2026-11-30T12:00:00Z: mail signed with it may still be on its way; "
        "wait until relayctl dkim list says retired, or --force");
    clock.time += relay::usual_dkim_grace;
    CHECK(remove("a@example.com") == "deleted");
    CHECK(app::revoke_key(store, clock, "d@example.com", app::Force::no, app::DryRun::no).has_value());
    CHECK(remove("d@example.com") == "deleted");
}

TEST_CASE("the second key of a pair that a relay signs with is not deleted without force") {
    test::MemoryStore store;
    const test::FixedClock clock("2026-11-23T12:00:00Z");
    const DkimKeyRequest request{.domain = domain, .dual = app::Dual::yes};
    CHECK(app::create_dkim_keys(store, clock, request).has_value());
    for (const auto* key : {"s202611@example.com", "s202611e@example.com"})
        CHECK(app::activate_key(store, clock, key, relay::KeepOthers::no, app::DryRun::no).has_value());
    {
        auto transaction = relay::Transaction::begin(store).value();
        CHECK(store.insert_relay(signing_relay()).has_value());
        CHECK(transaction.commit().has_value());
    }
    const auto refused =
        app::delete_dkim_key(store, clock, "s202611e@example.com", app::Force::no, app::DryRun::no);
    REQUIRE(refused.has_error());
    CHECK(refused.error().kind == ErrorKind::conflict);
    CHECK(refused.error().message == "s202611e@example.com signs the mail of news");
    const auto keys = app::list_dkim_keys(store, domain, clock.now()).value();
    for (const auto& key : keys)
        CHECK(app::relays_of(key, keys, store.relays().value()) == std::vector<std::string>{"news"});
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
