#include "app/relays.hpp"

#include <doctest/doctest.h>

#include "app/dkim_keys.hpp"
#include "support/memory_store.hpp"

using app::Action;
using app::DryRun;
using app::Existing;
using app::RelaySettings;
using base::ErrorKind;

namespace {

const test::FixedClock clock_at("2026-11-23T12:00:00Z");

relay::DomainPattern domain(std::string_view text) {
    return relay::DomainPattern::parse(text).value();
}

RelaySettings settings_for(std::string_view domain_text, relay::MailType type = relay::MailType::mass) {
    RelaySettings settings;
    settings.host = relay::Host::parse("smtp.mailer.example").value();
    settings.domains = {domain(domain_text)};
    settings.mail_types = {type};
    return settings;
}

base::Result<app::RelayOutcome> add(test::MemoryStore& store, const std::string& name,
                                    const RelaySettings& settings, Existing existing = Existing::refuse,
                                    DryRun dry_run = DryRun::no) {
    return app::add_relay(store, clock_at, name, settings, existing, dry_run);
}

}  // namespace

TEST_CASE("an added relay is stored with the defaults and its domain is known") {
    test::MemoryStore store;
    const auto outcome = add(store, "news", settings_for("example.com"));
    REQUIRE(outcome.has_value());
    CHECK(outcome->action == Action::added);
    const auto stored = store.find_relay("news").value();
    REQUIRE(stored.has_value());
    CHECK(stored->port == 587);
    CHECK(stored->security == relay::Security::tls);
    CHECK(stored->enabled);
    CHECK(stored->created_at == clock_at.now());
    REQUIRE(store.domains().value().size() == 1);
    CHECK(store.domains().value()[0].name.ascii() == "example.com");
}

TEST_CASE("port 465 means ssl and ssl means port 465, unless both are said") {
    test::MemoryStore store;
    auto by_port = settings_for("a.example");
    by_port.port = 465;
    CHECK(add(store, "a", by_port).value().relay.security == relay::Security::ssl);
    auto by_security = settings_for("b.example");
    by_security.security = relay::Security::ssl;
    CHECK(add(store, "b", by_security).value().relay.port == 465);
    auto both = settings_for("c.example");
    both.port = 465;
    both.security = relay::Security::tls;
    CHECK(add(store, "c", both).value().relay.security == relay::Security::tls);
}

TEST_CASE("adding the same again changes nothing, other content is refused with the fields' names") {
    test::MemoryStore store;
    auto settings = settings_for("example.com");
    settings.dkim = app::DkimChoice::on;
    REQUIRE(add(store, "news", settings).has_value());
    const auto again = add(store, "news", settings);
    REQUIRE(again.has_value());
    CHECK(again->action == Action::unchanged);
    CHECK(again->new_keys.empty());

    settings.port = 25;
    settings.priority = 5;
    const auto other = add(store, "news", settings);
    REQUIRE(other.has_error());
    CHECK(other.error().kind == ErrorKind::conflict);
    CHECK(other.error().message == "relay news exists with another port, priority");
    CHECK(store.find_relay("news").value()->port == 587);
}

TEST_CASE("another password is other content") {
    test::MemoryStore store;
    auto settings = settings_for("example.com");
    settings.login.emplace(relay::Login{.user = "alice", .source = relay::PasswordSource::stored});
    settings.password = base::Secret("one");
    REQUIRE(add(store, "news", settings).has_value());
    CHECK(add(store, "news", settings).value().action == Action::unchanged);
    settings.password = base::Secret("two");
    const auto other = add(store, "news", settings);
    REQUIRE(other.has_error());
    CHECK(other.error().message == "relay news exists with another password");
    CHECK(store.relay_password(store.find_relay("news").value()->id).value() == base::Secret("one"));
}

TEST_CASE("--replace keeps the id, --if-not-exists keeps everything") {
    test::MemoryStore store;
    const auto first = add(store, "news", settings_for("example.com")).value().relay;
    auto settings = settings_for("example.org");
    CHECK(add(store, "news", settings, Existing::keep).value().action == Action::unchanged);
    const auto replaced = add(store, "news", settings, Existing::replace).value();
    CHECK(replaced.action == Action::replaced);
    CHECK(replaced.relay.id == first.id);
    CHECK(store.find_relay("news").value()->domains == std::set{domain("example.org")});
}

TEST_CASE("two relays with the same domain, mail type and priority are refused, naming both") {
    test::MemoryStore store;
    REQUIRE(add(store, "news", settings_for("example.com")).has_value());
    auto settings = settings_for("example.com");
    const auto refused = add(store, "bulk", settings);
    REQUIRE(refused.has_error());
    CHECK(refused.error().kind == ErrorKind::conflict);
    CHECK(refused.error().message.find("bulk") != std::string::npos);
    CHECK(refused.error().message.find("news") != std::string::npos);
    settings.priority = 20;
    CHECK(add(store, "bulk", settings).has_value());
}

TEST_CASE("DKIM on a new domain makes its key, and a refused relay leaves no key behind") {
    test::MemoryStore store;
    auto settings = settings_for("example.com");
    settings.dkim = app::DkimChoice::on;
    const auto outcome = add(store, "news", settings).value();
    REQUIRE(outcome.new_keys.size() == 1);
    CHECK(app::to_string(outcome.new_keys[0]) == "s202611@example.com");
    CHECK(outcome.relay.dkim_selector == "s202611");

    auto clash = settings_for("example.com");
    clash.domains->insert(domain("other.example"));
    clash.dkim = app::DkimChoice::on;
    CHECK(add(store, "bulk", clash).has_error());
    CHECK(store.dkim_keys().value().size() == 1);
}

TEST_CASE("a second relay of a domain signs with the key that is there") {
    test::MemoryStore store;
    auto settings = settings_for("example.com");
    settings.dkim_selector = "mine";
    REQUIRE(add(store, "news", settings).has_value());
    auto second = settings_for("example.com", relay::MailType::workflow);
    second.dkim = app::DkimChoice::on;
    const auto outcome = add(store, "crm", second).value();
    CHECK(outcome.relay.dkim_selector == "mine");
    CHECK(outcome.new_keys.empty());
}

TEST_CASE("a selector that none of a domain's keys has is taken for a slip, unless a key is asked for") {
    test::MemoryStore store;
    auto settings = settings_for("example.com");
    settings.dkim_selector = "s202611";
    REQUIRE(add(store, "news", settings).has_value());
    const test::FixedClock clock("2026-11-23T12:00:00Z");
    const auto edit = [&](app::RelaySettings change) {
        return app::edit_relay(store, clock, "news", change, DryRun::no);
    };
    const auto slip = edit({.dkim_selector = "s202612"});
    REQUIRE(slip.has_error());
    CHECK(slip.error().kind == ErrorKind::not_found);
    CHECK(slip.error().message == "there is no DKIM key s202612@example.com: the domain has s202611");
    CHECK(slip.error().hint ==
          "did you mean s202611? To make it: relayctl dkim generate example.com --selector s202612");
    CHECK(store.dkim_keys().value().size() == 1);
    const auto far = edit({.dkim_selector = "other"});
    REQUIRE(far.has_error());
    CHECK(far.error().hint == "relayctl dkim generate example.com --selector other, or --dkim beside it");
    const auto asked = edit({.dkim = app::DkimChoice::on, .dkim_selector = "s202612"});
    REQUIRE(asked.has_value());
    CHECK(asked->new_keys.size() == 1);
    REQUIRE(asked->key_warnings.size() == 1);
    CHECK(asked->key_warnings.front().hint == "relayctl dkim activate s202612@example.com");
}

TEST_CASE("DKIM needs a named domain") {
    test::MemoryStore store;
    auto settings = settings_for("*");
    settings.dkim = app::DkimChoice::on;
    CHECK(add(store, "all", settings).error().kind == ErrorKind::usage);
}

TEST_CASE("a dry run stores nothing") {
    test::MemoryStore store;
    auto settings = settings_for("example.com");
    settings.dkim = app::DkimChoice::on;
    CHECK(add(store, "news", settings, Existing::refuse, DryRun::yes).value().action == Action::added);
    CHECK(store.relays().value().empty());
    CHECK(store.dkim_keys().value().empty());
    CHECK(store.domains().value().empty());
}

TEST_CASE("edit changes what is named and leaves the rest") {
    test::MemoryStore store;
    auto settings = settings_for("example.com");
    settings.daily_limit.emplace(5000U);
    REQUIRE(add(store, "news", settings).has_value());
    RelaySettings change;
    change.description = "letters";
    change.added_domains = {domain("example.org")};
    const auto outcome = app::edit_relay(store, clock_at, "news", change, DryRun::no).value();
    CHECK(outcome.action == Action::edited);
    CHECK(outcome.relay.description == "letters");
    CHECK(outcome.relay.daily_limit == 5000U);
    CHECK(outcome.relay.domains == std::set{domain("example.com"), domain("example.org")});
    CHECK(app::edit_relay(store, clock_at, "news", change, DryRun::no).value().action == Action::unchanged);
}

TEST_CASE("edit refuses to take a relay's last domain, and a password without a user") {
    test::MemoryStore store;
    REQUIRE(add(store, "news", settings_for("example.com")).has_value());
    RelaySettings change;
    change.removed_domains = {domain("example.com")};
    CHECK(app::edit_relay(store, clock_at, "news", change, DryRun::no).error().kind == ErrorKind::usage);
    RelaySettings password;
    password.password = base::Secret("secret");
    CHECK(app::edit_relay(store, clock_at, "news", password, DryRun::no).error().kind == ErrorKind::usage);
}

TEST_CASE("taking the login away forgets the password") {
    test::MemoryStore store;
    auto settings = settings_for("example.com");
    settings.login.emplace(relay::Login{.user = "alice", .source = relay::PasswordSource::stored});
    settings.password = base::Secret("secret");
    const auto id = add(store, "news", settings).value().relay.id;
    RelaySettings change;
    change.login.emplace(std::nullopt);
    REQUIRE(app::edit_relay(store, clock_at, "news", change, DryRun::no).has_value());
    CHECK(store.relay_password(id).value().empty());
}

TEST_CASE("enable, disable and delete take all names or none") {
    test::MemoryStore store;
    REQUIRE(add(store, "a", settings_for("a.example")).has_value());
    REQUIRE(add(store, "b", settings_for("b.example")).has_value());
    CHECK(app::set_enabled(store, clock_at, {"a", "c"}, false, DryRun::no).error().kind ==
          ErrorKind::not_found);
    CHECK(store.find_relay("a").value()->enabled);
    const auto outcomes = app::set_enabled(store, clock_at, {"a", "b"}, false, DryRun::no).value();
    CHECK(outcomes[1].action == Action::disabled);
    CHECK(app::set_enabled(store, clock_at, {"a"}, false, DryRun::no).value()[0].action == Action::unchanged);
    CHECK(app::delete_relays(store, {"a", "c"}, app::Missing::refuse, DryRun::no).has_error());
    CHECK(store.relays().value().size() == 2);
    CHECK(app::delete_relays(store, {"a", "c"}, app::Missing::ignore, DryRun::no).value().size() == 1);
}

TEST_CASE("a domain in use is not forgotten, and the users are named") {
    test::MemoryStore store;
    auto settings = settings_for("example.com");
    settings.dkim = app::DkimChoice::on;
    REQUIRE(add(store, "news", settings).has_value());
    const auto name = base::DomainName::parse("example.com").value();
    const auto refused = app::delete_domain(store, name, DryRun::no);
    REQUIRE(refused.has_error());
    CHECK(refused.error().message == "domain example.com is in use by relay news, DKIM key s202611");
    const auto other = base::DomainName::parse("example.org").value();
    CHECK(app::add_domain(store, clock_at, other, DryRun::no).value());
    CHECK_FALSE(app::add_domain(store, clock_at, other, DryRun::no).value());
    CHECK(app::delete_domain(store, other, DryRun::no).has_value());
    CHECK(app::delete_domain(store, other, DryRun::no).error().kind == ErrorKind::not_found);
}

TEST_CASE("a store that fails at any operation gives an error and keeps nothing") {
    for (int operation = 0;; ++operation) {
        test::MemoryStore store;
        store.fail_from = operation;
        auto settings = settings_for("example.com");
        const auto outcome = add(store, "news", settings);
        if (outcome.has_value()) break;
        CHECK(outcome.error().kind == ErrorKind::io);
        REQUIRE(operation < 50);
    }
}
