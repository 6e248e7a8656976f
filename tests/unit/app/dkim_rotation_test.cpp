#include "app/dkim_rotation.hpp"

#include <doctest/doctest.h>

#include "app/relays.hpp"
#include "app/settings.hpp"
#include "app/signing_keys.hpp"
#include "base/text.hpp"
#include "support/memory_store.hpp"

namespace {

using app::DryRun;
using app::Force;
using base::ErrorKind;
using relay::DkimState;
using relay::KeepOthers;

struct Scene {
    test::MemoryStore store;
    test::FixedClock clock{"2026-11-24T12:00:00Z"};

    void make(std::string selector, const char* domain = "example.com",
              relay::KeyAlgorithm algorithm = relay::KeyAlgorithm::ed25519) {
        const app::DkimKeyRequest request{.domain = base::DomainName::parse(domain).value(),
                                          .selector = std::move(selector),
                                          .algorithm = algorithm};
        REQUIRE(app::create_dkim_key(store, clock, request).has_value());
    }
    void add_relay(std::string name, std::string selector, std::vector<const char*> domains) {
        relay::Relay relay = {.name = std::move(name),
                              .host = relay::Host::parse("smtp.example.net").value()};
        for (const auto* domain : domains)
            relay.domains.insert(relay::DomainPattern(base::DomainName::parse(domain).value()));
        relay.dkim_selector = std::move(selector);
        auto transaction = relay::Transaction::begin(store).value();
        store.insert_relay(relay).value();
        transaction.commit().value();
    }
    base::Result<app::Activation> activate(std::string_view text, KeepOthers keep = KeepOthers::no) {
        return app::activate_key(store, clock, text, keep, DryRun::no);
    }
    base::Result<app::Revocation> revoke(std::string_view text, Force force = Force::no) {
        return app::revoke_key(store, clock, text, force, DryRun::no);
    }
    app::Rotation rotate(app::RotationRequest request = {
                             .domain = base::DomainName::parse("example.com").value()}) {
        request.algorithm = request.algorithm.value_or(relay::KeyAlgorithm::ed25519);
        return app::begin_rotation(store, clock, request).value();
    }
    std::string states() {
        std::vector<std::string> words;
        for (const auto& key : app::list_dkim_keys(store, std::nullopt, clock.now()).value())
            words.push_back(key.selector + " " + std::string(to_string(key.life.state)));
        return base::join(words, ", ");
    }
    // The selectors that sign, or the error and its hint.
    std::string sign(const std::string& name, app::Dual dual = app::Dual::no) {
        const auto keys = app::load_signing_keys(store, {name}, dual, clock.now());
        if (keys.has_error()) return keys.error().message + " -> " + keys.error().hint;
        std::string selectors;
        for (const auto& key : keys->keys)
            selectors += key.selector + " ";
        for (const auto& key : keys->pending)
            selectors += "(pending " + key.selector + ")";
        return selectors;
    }
    std::string selector_of(std::string_view relay) {
        return *store.find_relay(relay).value()->dkim_selector;
    }
};

}  // namespace

TEST_CASE(
    "a rotation: the old key signs until the new one is active, and while it retires where it is named") {
    Scene scene;
    scene.make("s1");
    CHECK(scene.sign("example.com") ==
          "example.com has no active DKIM key: s1@example.com is pending -> relayctl dkim activate "
          "s1@example.com   (once its record is published)");
    CHECK(scene.sign("s1@example.com") == "s1 (pending s1)");
    CHECK(scene.activate("s1@example.com")->changed);
    scene.clock.time += std::chrono::hours(24 * 90);

    const auto rotation = scene.rotate();
    REQUIRE(rotation.made.size() == 1);
    CHECK(rotation.made.front().selector == "s202702");
    CHECK(scene.states() == "s1 active, s202702 pending");
    CHECK(scene.sign("example.com") == "s1 ");
    const auto again = scene.rotate();
    CHECK(again.made.empty());
    CHECK(again.pending == rotation.made);

    const auto activation = scene.activate("s202702@example.com").value();
    CHECK(activation.retiring.size() == 1);
    CHECK(scene.states() == "s1 retiring, s202702 active");
    CHECK(scene.sign("example.com") == "s202702 ");
    CHECK(scene.sign("s1@example.com") == "s1 ");
    CHECK_FALSE(scene.activate("s202702@example.com")->changed);

    scene.clock.time += relay::usual_dkim_grace;
    CHECK(scene.states() == "s1 retired, s202702 active");
    CHECK(scene.sign("s1@example.com") ==
          "s1@example.com is retired and never signs -> --selector example.com, for the key that signs now");
    CHECK(scene.activate("s1@example.com").error().kind == ErrorKind::conflict);
}

TEST_CASE("the grace is a setting, of the moment when a key begins to retire: what is retired stays so") {
    Scene scene;
    const auto set_grace = [&](const char* grace) {
        app::change_setting(scene.store, scene.clock, **relay::find_setting("dkim-grace"), grace, DryRun::no)
            .value();
    };
    scene.make("s1");
    scene.make("s2");
    scene.activate("s1@example.com").value();
    set_grace("2h");
    scene.activate("s2@example.com").value();
    set_grace("1s");
    scene.clock.time += std::chrono::seconds(2 * 3600 - 1);
    CHECK(scene.states() == "s1 retiring, s2 active");
    scene.clock.time += std::chrono::seconds(1);
    CHECK(scene.states() == "s1 retired, s2 active");
    set_grace("52w");
    CHECK(scene.states() == "s1 retired, s2 active");
    CHECK(scene.activate("s1@example.com").error().kind == ErrorKind::conflict);
}

TEST_CASE("a retiring key does not sign for its domain in the place of the active one that was revoked") {
    Scene scene;
    scene.make("s1");
    scene.make("s2");
    scene.activate("s1@example.com").value();
    scene.activate("s2@example.com").value();
    scene.revoke("s2@example.com", Force::yes).value();
    CHECK(scene.states() == "s1 retiring, s2 revoked");
    CHECK(scene.sign("example.com") ==
          "example.com has no active DKIM key: s1@example.com is retiring -> relayctl dkim activate "
          "s1@example.com   (while its record is published)");
    CHECK(scene.sign("s1@example.com") == "s1 ");
    scene.clock.time += relay::usual_dkim_grace;
    CHECK(scene.sign("example.com") ==
          "all DKIM keys of example.com are retired or revoked -> relayctl dkim rotate example.com");
}

TEST_CASE("relays that name a key that retires name the new one, once all their domains have it") {
    Scene scene;
    for (const auto* domain : {"example.com", "example.net"}) {
        scene.make("s1", domain);
        scene.make("s2", domain);
        scene.activate(std::string("s1@") + domain).value();
    }
    scene.add_relay("one", "s1", {"example.com"});
    scene.add_relay("both", "s1", {"example.com", "example.net"});
    scene.add_relay("other", "s9", {"example.com"});
    const auto kept =
        app::activate_key(scene.store, scene.clock, "s2@example.com", KeepOthers::no, DryRun::yes);
    CHECK(kept->relays == std::vector<std::string>{"one"});
    CHECK(scene.selector_of("one") == "s1");

    const auto first = scene.activate("s2@example.com").value();
    CHECK(first.relays == std::vector<std::string>{"one"});
    CHECK(first.relays_left == std::vector<std::string>{"both"});
    CHECK(scene.selector_of("one") == "s2");
    CHECK(scene.selector_of("both") == "s1");
    const auto second = scene.activate("s2@example.net").value();
    CHECK(second.relays == std::vector<std::string>{"both"});
    CHECK(scene.selector_of("both") == "s2");
    CHECK(scene.selector_of("other") == "s9");
}

TEST_CASE("a relay that was left behind is taken along as soon as all its domains have the new selector") {
    Scene scene;
    for (const auto* domain : {"example.com", "example.net"}) {
        for (const auto* selector : {"s1", "s2", "s3"})
            scene.make(selector, domain);
        scene.activate(std::string("s1@") + domain).value();
    }
    scene.add_relay("both", "s1", {"example.com", "example.net"});
    CHECK(scene.activate("s2@example.com").value().relays_left == std::vector<std::string>{"both"});
    CHECK(scene.activate("s3@example.net").value().relays_left == std::vector<std::string>{"both"});
    CHECK(scene.activate("s2@example.net").value().relays == std::vector<std::string>{"both"});
    CHECK(scene.selector_of("both") == "s2");
}

TEST_CASE("with the others kept, they stay active and their relays stay") {
    Scene scene;
    scene.make("s1");
    scene.make("s2");
    scene.activate("s1@example.com").value();
    scene.add_relay("one", "s1", {"example.com"});
    const auto activation = scene.activate("s2@example.com", KeepOthers::yes).value();
    CHECK(activation.relays.empty());
    CHECK(scene.states() == "s1 active, s2 active");
    CHECK(scene.selector_of("one") == "s1");
}

TEST_CASE("a key in use is revoked only by force, and never signs or comes back") {
    Scene scene;
    scene.make("s1");
    scene.activate("s1@example.com").value();
    CHECK(scene.revoke("s1@example.com").error().kind == ErrorKind::conflict);
    scene.make("s2");
    scene.add_relay("news", "s2", {"example.com"});
    const auto named = scene.revoke("s2@example.com");
    REQUIRE(named.has_error());
    CHECK(named.error().message == "s2@example.com signs the mail of news");
    CHECK(scene.revoke("s2@example.com", Force::yes)->relays == std::vector<std::string>{"news"});
    CHECK(scene.revoke("s1@example.com", Force::yes)->changed);
    CHECK_FALSE(scene.revoke("s1@example.com")->changed);
    CHECK(scene.states() == "s1 revoked, s2 revoked");
    CHECK(scene.sign("example.com") ==
          "all DKIM keys of example.com are retired or revoked -> relayctl dkim rotate example.com");
    CHECK(scene.activate("s1@example.com").error().kind == ErrorKind::conflict);
    CHECK(scene.revoke("s3@example.com").error().kind == ErrorKind::not_found);
    CHECK(scene.revoke("example.com").error().kind == ErrorKind::usage);
    CHECK(scene.activate("example.com").error().kind == ErrorKind::usage);
}

TEST_CASE("each algorithm rotates by itself, and a pair as a pair") {
    Scene scene;
    scene.make("r", "example.com", relay::KeyAlgorithm::rsa);
    scene.make("e", "example.com");
    scene.activate("r@example.com").value();
    scene.activate("e@example.com").value();
    CHECK(scene.sign("r@example.com", app::Dual::yes) == "r e ");
    CHECK(scene.sign("r@example.com") == "r ");
    const app::RotationRequest request{.domain = base::DomainName::parse("example.com").value()};
    const auto rotation = app::begin_rotation(scene.store, scene.clock, request).value();
    REQUIRE(rotation.made.size() == 2);
    CHECK(rotation.made[0].selector == "s202611");
    CHECK(rotation.made[1].selector == "s202611e");
    CHECK(scene.sign("r@example.com", app::Dual::yes) == "r e ");
    scene.activate("s202611@example.com").value();
    CHECK(scene.states() == "e active, r retiring, s202611 active, s202611e pending");
    CHECK(scene.sign("s202611@example.com", app::Dual::yes) == "s202611 e ");
}

TEST_CASE("a domain signs with both keys of its pair, a key that is named alone") {
    Scene scene;
    scene.make("r", "example.com", relay::KeyAlgorithm::rsa);
    scene.activate("r@example.com").value();
    CHECK(scene.sign("example.com") == "r ");
    scene.make("e", "example.com");
    CHECK(scene.sign("example.com") == "r ");  // nobody has seen the other's record
    scene.activate("e@example.com").value();
    CHECK(scene.sign("example.com") == "r e ");
    CHECK(scene.sign("EXAMPLE.com") == "r e ");
    CHECK(scene.sign("e@EXAMPLE.com") == "e ");
    scene.revoke("r@example.com", Force::yes).value();
    CHECK(scene.sign("example.com") == "e ");
}

TEST_CASE("a pair that is rotated again and again comes to its end") {
    Scene scene;
    scene.make("r", "example.com", relay::KeyAlgorithm::rsa);
    scene.make("e", "example.com");
    scene.activate("r@example.com").value();
    scene.activate("e@example.com").value();
    app::RotationRequest request{.domain = base::DomainName::parse("example.com").value()};
    const auto rotate = [&] { return app::begin_rotation(scene.store, scene.clock, request).value(); };
    CHECK(rotate().made.size() == 2);
    scene.activate("s202611@example.com").value();
    const auto half = rotate();
    CHECK(half.made.empty());
    CHECK(half.pending.size() == 1);
    scene.activate("s202611e@example.com").value();

    request.selector = "s9";
    request.repeated = true;
    CHECK(rotate().made.size() == 2);
    const auto again = rotate();
    CHECK(again.made.empty());
    CHECK(again.pending.size() == 2);
    scene.activate("s9@example.com").value();
    CHECK(rotate().pending.size() == 1);
    scene.activate("s9e@example.com").value();
    const auto done = rotate();
    CHECK(done.made.empty());
    CHECK(done.pending.empty());
    CHECK(done.done.size() == 2);
}

TEST_CASE("a rotation does not go to a weaker key that happens to be pending, unless that is asked for") {
    Scene scene;
    const auto domain = base::DomainName::parse("example.com").value();
    const auto make = [&](const char* selector, std::uint32_t bits) {
        const app::DkimKeyRequest request{
            .domain = domain, .selector = selector, .bits = bits, .allow_weak = app::AllowWeak::yes};
        REQUIRE(app::create_dkim_key(scene.store, scene.clock, request).has_value());
    };
    make("s1", 3072);
    scene.activate("s1@example.com").value();
    make("weak", 1024);
    app::RotationRequest request{.domain = domain, .dry_run = DryRun::yes};
    auto rotation = app::begin_rotation(scene.store, scene.clock, request).value();
    CHECK(rotation.pending.empty());
    REQUIRE(rotation.weak.size() == 1);
    CHECK(rotation.weak.front().selector == "weak");
    REQUIRE(rotation.made.size() == 1);
    CHECK(rotation.made.front().bits == 3072);
    request.bits = 2048;
    CHECK(app::begin_rotation(scene.store, scene.clock, request)->made.front().bits == 2048);
    request.allow_weak = app::AllowWeak::yes;
    rotation = app::begin_rotation(scene.store, scene.clock, request).value();
    REQUIRE(rotation.pending.size() == 1);
    CHECK(rotation.pending.front().selector == "weak");
}

TEST_CASE("a domain without a key is not rotated, one whose keys have ended is") {
    Scene scene;
    const app::RotationRequest request{.domain = base::DomainName::parse("example.com").value()};
    const auto nothing = app::begin_rotation(scene.store, scene.clock, request);
    REQUIRE(nothing.has_error());
    CHECK(nothing.error().kind == ErrorKind::not_found);
    CHECK(nothing.error().hint == "relayctl dkim generate example.com");
    scene.make("s1");
    scene.revoke("s1@example.com", Force::yes).value();
    CHECK(scene.rotate(request).made.size() == 1);
}

TEST_CASE("a young key needs no successor, and a dry run makes none") {
    Scene scene;
    scene.make("s1");
    scene.activate("s1@example.com").value();
    app::RotationRequest request{.domain = base::DomainName::parse("example.com").value(),
                                 .older_than = std::chrono::hours(24 * 90)};
    CHECK(scene.rotate(request).young.size() == 1);
    CHECK(scene.states() == "s1 active");
    scene.clock.time += std::chrono::hours(24 * 90);
    request.dry_run = DryRun::yes;
    CHECK(scene.rotate(request).made.size() == 1);
    CHECK(scene.states() == "s1 active");
    request.dry_run = DryRun::no;
    CHECK(scene.rotate(request).made.size() == 1);
    CHECK(scene.states() == "s1 active, s202702 pending");
    request.selector = "s1";
    CHECK(app::begin_rotation(scene.store, scene.clock, request).error().kind == ErrorKind::conflict);
}

TEST_CASE("no failure of the store leaves an activation half done") {
    for (int fail_from = 0;; ++fail_from) {
        Scene scene;
        scene.make("s1");
        scene.make("s2");
        scene.activate("s1@example.com").value();
        scene.add_relay("one", "s1", {"example.com"});
        scene.store.operations = 0;
        scene.store.fail_from = fail_from;
        const bool worked = scene.activate("s2@example.com").has_value();
        scene.store.fail_from.reset();
        CHECK(scene.states() == (worked ? "s1 retiring, s2 active" : "s1 active, s2 pending"));
        CHECK(scene.selector_of("one") == (worked ? "s2" : "s1"));
        if (worked) break;
    }
}

TEST_CASE("a relay is not given a key that never signs, and one that names such a key can still be edited") {
    Scene scene;
    scene.make("s1");
    scene.make("s2");
    scene.add_relay("news", "s2", {"example.com"});
    scene.revoke("s1@example.com", Force::yes).value();
    const auto edit = [&](app::RelaySettings settings) {
        const auto edited = app::edit_relay(scene.store, scene.clock, "news", settings, DryRun::no);
        return edited.has_error() ? edited.error().message : "edited";
    };
    CHECK(edit({.dkim_selector = "s1"}) == "s1@example.com is revoked and never signs");
    CHECK(scene.selector_of("news") == "s2");
    scene.revoke("s2@example.com", Force::yes).value();
    CHECK(edit({.description = "more"}) == "edited");
}
