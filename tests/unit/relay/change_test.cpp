#include "relay/change.hpp"

#include <doctest/doctest.h>

TEST_CASE("a change that an effective change undoes is undone, and a redo takes that back") {
    std::vector<relay::Change> changes;
    changes.push_back({.id = 4, .undoes = 3});
    changes.push_back({.id = 3, .undoes = 1});
    changes.push_back({.id = 2});
    changes.push_back({.id = 1});
    relay::mark_undone(changes);
    CHECK(changes[1].undone_by == 4);
    CHECK(changes[2].undone_by == std::nullopt);
    CHECK(changes[3].undone_by == std::nullopt);
    changes.erase(changes.begin());
    relay::mark_undone(changes);
    CHECK(changes[2].undone_by == 3);
}

TEST_CASE("a password is told to have changed, never what it is") {
    const relay::ThingChange change{.thing = relay::Thing::relay,
                                    .name = "news",
                                    .fields = {{"port", "25", "465"}, {.field = "password"}}};
    CHECK(relay::to_string(change) == "edited relay news: port 25 -> 465, password");
}

TEST_CASE(
    "two changes of a thing overlap where they changed the same field, or one of them the whole thing") {
    const auto edited = [](std::vector<std::string> fields) {
        relay::ThingChange change{.thing = relay::Thing::relay, .name = "news"};
        for (auto& field : fields)
            change.fields.push_back({.field = std::move(field)});
        return change;
    };
    const auto port = edited({"port"});
    CHECK(relay::find_overlap(port, edited({"security", "description"})) == std::nullopt);
    CHECK(relay::find_overlap(edited({"security", "port"}), edited({"description", "port"})) == "port");
    auto other = port;
    other.name = "other";
    CHECK(relay::find_overlap(port, other) == std::nullopt);
    other = port;
    other.thing = relay::Thing::region;
    CHECK(relay::find_overlap(port, other) == std::nullopt);
    for (const auto action : {relay::ChangeAction::added, relay::ChangeAction::deleted}) {
        auto whole = edited({"description"});
        whole.action = action;
        CHECK(relay::find_overlap(port, whole) == "");
        CHECK(relay::find_overlap(whole, port) == "");
    }
    SUBCASE("a login is one, but a password that was changed stays in any case") {
        CHECK(relay::find_overlap(edited({"user"}), edited({"password"})) == "password");
        CHECK(relay::find_overlap(edited({"password_source"}), edited({"user"})) == "user");
        CHECK(relay::find_overlap(edited({"port", "password"}), edited({"user"})) == std::nullopt);
    }
}

TEST_CASE("a region is a short label") {
    for (const auto* good : {"eu", "jp", "eu-west-1", "1"})
        CHECK(relay::parse_region_name(good).value() == good);
    for (const auto* bad : {"", "EU", "-eu", "e_u", "e u", "0123456789012345678901234567890123"})
        CHECK(relay::parse_region_name(bad).has_error());
}

TEST_CASE("all rules at once find what each relay's rules find") {
    const auto make = [](const std::string& name, const std::string& domain) {
        relay::Relay relay{.name = name, .host = relay::Host::parse("a.example").value()};
        relay.domains = {relay::DomainPattern::parse(domain).value()};
        relay.mail_types = {relay::MailType::mass};
        return relay;
    };
    std::vector<relay::Relay> relays = {make("a", "example.com"), make("b", "example.org"),
                                        make("c", "example.com")};
    const auto clash = relay::check_all_rules(relays);
    REQUIRE(clash.has_error());
    CHECK(clash.error().message == "relays c and a both claim (example.com, mass) with priority 10");
    relays[2].priority = 20;
    CHECK(relay::check_all_rules(relays).has_value());
    relays[0].fallback = relays[2].fallback = true;
    CHECK(relay::check_all_rules(relays).error().message == "relay a is the fallback relay already");
}

TEST_CASE("a name with an SPF record may have labels that begin with an underscore") {
    CHECK(relay::parse_spf_name("_SPF.Platform.Example").value() == "_spf.platform.example");
    CHECK(relay::parse_spf_name("_spf.platform.example.").value() == "_spf.platform.example");
    CHECK(relay::parse_spf_name("bücher.example").value() == "xn--bcher-kva.example");
    for (const auto* bad :
         {"", "_", "_spf", "_spf..example", "_spf.b\xc3\xbc.example", "_a b.example", "_-.example"})
        CHECK(relay::parse_spf_name(bad).has_error());
}
