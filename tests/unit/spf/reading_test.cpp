#include "spf/reading.hpp"

#include <doctest/doctest.h>

TEST_CASE("a reading has the terms that are right, their nodes and what is wrong with the others") {
    const auto reading =
        spf::read_record("v=spf1 ip4:11.22.33.0/24 bogus include:a.example -all", spf::Place::own);
    CHECK(reading.faulty);
    REQUIRE(reading.nodes.size() == 3);
    CHECK(reading.record.terms.size() == 3);
    CHECK(reading.nodes[0].kind == spf::NodeKind::ip4);
    REQUIRE(reading.nodes[0].network.has_value());
    CHECK(reading.nodes[0].network->to_string() == "11.22.33.0/24");
    CHECK(reading.nodes[1].text == "include:a.example");
    CHECK_FALSE(reading.nodes[1].network.has_value());
    CHECK(reading.nodes[2].kind == spf::NodeKind::all);
    REQUIRE(reading.findings.size() == 1);
    CHECK(reading.findings[0].id == "spf-unknown-mechanism");
    CHECK(reading.findings[0].offset == 25);
}

TEST_CASE("a text is read once for each place it stands in") {
    spf::Readings readings;
    const auto own = readings.read("v=spf1 ~all", spf::Place::own);
    const auto included = readings.read("v=spf1 ~all", spf::Place::included);
    CHECK(readings.read("v=spf1 ~all", spf::Place::own) == own);
    CHECK(readings.read("v=spf1 ~all", spf::Place::included) == included);
    CHECK(own->findings.size() == 1);
    CHECK(included->findings.empty());
    CHECK(readings.read("v=spf1 -all", spf::Place::own) != own);
}

TEST_CASE("of the readings the one asked for longest ago goes first, and stays valid for who holds it") {
    spf::Readings readings(2);
    const auto first = readings.read("v=spf1 ip4:192.0.2.1 -all", spf::Place::own);
    const auto second = readings.read("v=spf1 ip4:192.0.2.2 -all", spf::Place::own);
    CHECK(readings.read("v=spf1 ip4:192.0.2.1 -all", spf::Place::own) == first);
    readings.read("v=spf1 ip4:192.0.2.3 -all", spf::Place::own);
    CHECK(readings.read("v=spf1 ip4:192.0.2.1 -all", spf::Place::own) == first);
    CHECK(readings.read("v=spf1 ip4:192.0.2.2 -all", spf::Place::own) != second);
    CHECK(second->text == "v=spf1 ip4:192.0.2.2 -all");
}
