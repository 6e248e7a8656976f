#include "relay/fallbacks.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace {

using relay::Relay;

Relay make(const std::string& name, std::vector<std::string> fallback_to = {}, bool fallback = false) {
    Relay relay{.name = name, .host = relay::Host::parse("smtp.mailer.example").value()};
    relay.fallback_to = std::move(fallback_to);
    relay.fallback = fallback;
    return relay;
}

std::string names(const Relay& relay, const std::vector<Relay>& relays) {
    std::string text;
    for (const auto* each : relay::fallbacks_of(relay, relays))
        text += each->name + " ";
    return text;
}

std::string pairs(const Relay& relay, const std::vector<Relay>& relays) {
    std::string text;
    for (const auto& each : relay::stand_ins_of(relay, relays))
        text += fmt::format("{}>{} ", each.first->name, each.fallback->name);
    return text;
}

}  // namespace

TEST_CASE("the fallbacks of a relay are its own, theirs, and the fallback relay at last") {
    const std::vector relays = {make("a", {"c", "b"}), make("b"), make("c", {"d"}), make("d", {"a", "c"}),
                                make("own", {}, true)};
    CHECK(names(relays[0], relays) == "c d b own ");
    CHECK(names(relays[1], relays) == "own ");
    CHECK(names(relays[4], relays) == "");
    CHECK(names(make("x", {"gone"}), relays) == "own ");
}

TEST_CASE("a relay stands in for those that lead to it") {
    const std::vector relays = {make("a", {"b"}), make("b", {"c"}), make("c"), make("own", {}, true)};
    CHECK(pairs(relays[2], relays) == "c>own a>c b>c ");
    CHECK(pairs(relays[1], relays) == "b>c b>own a>b a>c ");
    CHECK(pairs(relays[0], relays) == "a>b a>c a>own ");
    CHECK(pairs(relays[3], relays) == "a>own b>own c>own ");
    CHECK(pairs(make("alone"), {make("alone")}) == "");
}
