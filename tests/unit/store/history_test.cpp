#include <doctest/doctest.h>

#include "relay/change.hpp"
#include "support.hpp"
#include "support/memory_store.hpp"

namespace {

const relay::Origin alice{.who = "alice", .command = "relayctl edit news"};

struct Scene {
    test::Folder folder;
    test::FixedClock clock{"2026-11-30T10:00:00Z"};
    std::unique_ptr<relay::Store> store = open();

    std::unique_ptr<relay::Store> open() {
        auto opened = test::open_to_write(folder.file()).value();
        opened->keep_history(alice, clock);
        return opened;
    }
    template <class Work>
    std::optional<relay::ChangeId> change(Work work) {
        auto transaction = relay::Transaction::begin(*store).value();
        work(*store);
        transaction.commit().value();
        return store->last_change();
    }
    relay::Relay add(const std::string& name) {
        auto relay = test::make_relay(name);
        change([&](relay::Store& to) { relay.id = to.insert_relay(relay).value(); });
        return relay;
    }
};

}  // namespace

TEST_CASE("every commit of a person is a change with its fields, the newest first") {
    Scene scene;
    auto relay = scene.add("news");
    relay.port = 465;
    relay.domains = {relay::DomainPattern::parse("example.org").value()};
    CHECK(scene.change([&](relay::Store& store) { store.update_relay(relay).value(); }) == 2);
    const auto changes = scene.store->changes().value();
    REQUIRE(changes.size() == 2);
    CHECK(changes[0].id == 2);
    CHECK(changes[0].origin == alice);
    CHECK(changes[0].at == scene.clock.time);
    CHECK(changes[0].things ==
          std::vector<relay::ThingChange>{
              {.thing = relay::Thing::relay,
               .name = "news",
               .action = relay::ChangeAction::edited,
               .fields = {{"port", "587", "465"}, {"domains", "example.com", "example.org"}}}});
    CHECK(relay::to_string(changes[1].things.front()) == "added relay news");
}

TEST_CASE("what nobody edits is no change: probes, days, the log, a commit that changes nothing") {
    Scene scene;
    const auto relay = scene.add("news");
    CHECK(scene.change([&](relay::Store& store) { store.update_relay(relay).value(); }) == std::nullopt);
    CHECK(scene.change([&](relay::Store& store) {
        store.set_relay_day({.relay = relay.id, .messages = 1, .recipients = 1}).value();
        store.set_last_probe({.relay = relay.id, .host = relay.host}).value();
    }) == std::nullopt);
    CHECK(scene.store->changes().value().size() == 1);
    SUBCASE("nor what is written without a history") {
        auto other = test::make_relay("other");
        const auto store = test::open_to_write(scene.folder.file()).value();
        test::save(*store, other);
        CHECK(scene.store->changes().value().size() == 1);
    }
}

TEST_CASE("what a relay has carried today is not forgotten by deleting it and taking that back") {
    Scene scene;
    const auto relay = scene.add("news");
    const relay::RelayDay day{
        .relay = relay.id, .messages = 5, .recipients = 7, .failures = 3, .tripped = "down"};
    scene.change([&](relay::Store& store) { store.set_relay_day(day).value(); });
    const auto deleted = scene.change([&](relay::Store& store) { store.delete_relay(relay.id).value(); });
    scene.change([&](relay::Store& store) { store.undo_change(*deleted).value(); });
    CHECK(scene.store->relays().value().front().id == relay.id);
    CHECK(scene.store->relay_days(day.day).value() == std::vector{day});
}

TEST_CASE("an undo brings a deleted relay back as it was, without its password") {
    Scene scene;
    auto relay = test::make_relay("news");
    relay.login = relay::Login{.user = "alice", .source = relay::PasswordSource::stored};
    relay.egress_ips = {base::IpAddress::parse("192.0.2.1").value()};
    scene.change([&](relay::Store& store) {
        relay.id = store.insert_relay(relay).value();
        store.set_relay_password(relay.id, base::Secret(std::string("hunter2hunter2"))).value();
    });
    const auto deleted = scene.change([&](relay::Store& store) { store.delete_relay(relay.id).value(); });
    REQUIRE(deleted == 2);
    CHECK(scene.store->changes().value().front().lost ==
          std::vector<relay::LostSecret>{{relay::Thing::relay, "news"}});
    CHECK(scene.change([&](relay::Store& store) { store.undo_change(*deleted).value(); }) == 3);
    CHECK(scene.store->at(1).value()->find_relay("news").value() == relay);
    relay.login->source = relay::PasswordSource::missing;
    CHECK(scene.store->find_relay("news").value() == relay);
    CHECK(scene.store->relays().value() == std::vector{relay});
    CHECK(scene.store->relay_password(relay.id).value().empty());
    const auto changes = scene.store->changes().value();
    CHECK(changes[0].undoes == 2);
    CHECK(changes[1].undone_by == 3);
    CHECK(test::read_file(scene.folder.file()).find("hunter2hunter2") == std::string::npos);
}

TEST_CASE("the undo of an addition takes what hangs on it") {
    Scene scene;
    const auto relay = scene.add("news");
    scene.change(
        [&](relay::Store& store) { store.set_last_probe({.relay = relay.id, .host = relay.host}).value(); });
    scene.change([&](relay::Store& store) { store.undo_change(1).value(); });
    CHECK(scene.store->relays().value().empty());
    CHECK(scene.store->last_probes().value().empty());
}

TEST_CASE("a row that was changed behind the history's back stops an undo, and nothing is changed") {
    Scene scene;
    auto relay = scene.add("news");
    relay.port = 465;
    scene.change([&](relay::Store& store) { store.update_relay(relay).value(); });
    test::run_sql(scene.folder.file(), "UPDATE relay SET port = 25");
    auto transaction = relay::Transaction::begin(*scene.store).value();
    const auto undone = scene.store->undo_change(2);
    REQUIRE(undone.has_error());
    CHECK(undone.error().kind == base::ErrorKind::conflict);
    CHECK(scene.store->find_relay("news").value()->port == 25);
}

TEST_CASE("that a DKIM record was seen since stops no undo") {
    Scene scene;
    std::int64_t id = 0;
    scene.change([&](relay::Store& store) {
        id = store
                 .insert_dkim_key({.domain = base::DomainName::parse("example.com").value(),
                                   .selector = "s1",
                                   .bits = 2048,
                                   .public_key = "AAAA"},
                                  base::Secret(std::string("PRIVATE")))
                 .value();
    });
    {
        const auto noting = test::open_to_write(scene.folder.file()).value();
        auto transaction = relay::Transaction::begin(*noting).value();
        noting->set_dkim_life(id, {.last_seen_at = scene.clock.time}).value();
        transaction.commit().value();
    }
    scene.change([&](relay::Store& store) { store.undo_change(1).value(); });
    CHECK(scene.store->dkim_keys().value().empty());
}

TEST_CASE("the past is what it was after each change, and holds no secret") {
    Scene scene;
    auto relay = scene.add("news");
    for (const auto port : {std::uint16_t{465}, std::uint16_t{25}}) {
        relay.port = port;
        scene.change([&](relay::Store& store) {
            store.update_relay(relay).value();
            store.set_setting("time-zone", port == 25 ? std::optional<std::string_view>("UTC") : std::nullopt)
                .value();
            store.set_relay_password(relay.id, base::Secret(std::string("secret"))).value();
        });
    }
    CHECK(scene.store->at(1).value()->find_relay("news").value()->port == 587);
    const auto second = scene.store->at(2).value();
    CHECK(second->find_relay("news").value()->port == 465);
    CHECK(second->settings().value().empty());
    CHECK(second->relay_password(relay.id).value().empty());
    CHECK(scene.store->at(3).value()->find_relay("news").value() == scene.store->find_relay("news").value());
    CHECK(scene.store->at(4).error().kind == base::ErrorKind::not_found);
    CHECK(test::open_to_read(scene.folder.file()).value()->at(1).value()->relays().value().size() == 1);
}

TEST_CASE("the oldest changes are forgotten beyond the thousandth") {
    Scene scene;
    for (std::size_t i = 0; i < relay::most_changes + 3; ++i)
        scene.change([&](relay::Store& store) {
            store.set_setting("time-zone", i % 2 == 0 ? "UTC" : "+09:00").value();
        });
    const auto changes = scene.store->changes().value();
    CHECK(changes.size() == relay::most_changes);
    CHECK(changes.back().id == 4);
    CHECK(scene.store->at(3).has_error());
}

TEST_CASE("regions and their snapshots come back as they were stored") {
    Scene scene;
    const relay::Region region{.name = "eu",
                               .spf = {"_spf.platform.example"},
                               .networks = {base::IpPrefix::parse("192.0.2.0/24").value(),
                                            base::IpPrefix::parse("2001:db8::/32").value()}};
    const relay::NetworkSnapshot snapshot{
        .region = "eu", .taken_at = scene.clock.time, .networks = region.networks};
    scene.change([&](relay::Store& store) {
        store.set_region(region).value();
        store.set_network_snapshot(snapshot).value();
    });
    CHECK(scene.store->regions().value() == std::vector{region});
    CHECK(scene.store->network_snapshots().value() == std::vector{snapshot});
    const auto deleted = scene.change([&](relay::Store& store) { store.delete_region("eu").value(); });
    CHECK(scene.store->regions().value().empty());
    CHECK(scene.store->network_snapshots().value() == std::vector{snapshot});  // for the next comparison
    scene.change([&](relay::Store& store) {
        store.delete_network_snapshot("eu").value();
        store.delete_network_snapshot("eu").value();
    });
    CHECK(scene.store->network_snapshots().value().empty());
    scene.change([&](relay::Store& store) { store.undo_change(*deleted).value(); });
    CHECK(scene.store->regions().value() == std::vector{region});
}
