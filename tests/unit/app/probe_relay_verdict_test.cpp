#include "app/probe_summary.hpp"
#include "probe_scene.hpp"

using namespace probe_test;
using app::Outcome;
using app::ProbeEndpoint;
using finding::Verdict;
using relay::Security;

TEST_CASE("Only the configured combination decides") {
    Scene scene;
    scene.target.configured = ProbeEndpoint{.port = 587, .security = Security::ssl};
    script_usual_server(scene);
    const auto report = scene.probe();
    CHECK(report.verdict == Verdict::bad);
    CHECK(table(report) == usual_table);
    CHECK(ids(report).front() == "smtp-plain-port");
    CHECK(report.findings.front().remedy == "relayctl probe mail.example --require 587:tls");
}

TEST_CASE("A bare host is good when something encrypted works") {
    Scene scene;
    script_usual_server(scene);
    const auto report = scene.probe();
    CHECK(report.verdict == Verdict::good);
    const auto deciding = app::deciding_combination(report);
    REQUIRE(deciding.has_value());
    CHECK(report.combinations[*deciding].endpoint == ProbeEndpoint{.port = 587, .security = Security::tls});
}

TEST_CASE("A bare host where only clear text works is no good, unless only that was asked for") {
    Scene scene;
    scene.options.endpoints = app::probe_endpoints({25}, {}, std::nullopt);
    for (int i = 0; i < 2; ++i) {
        greet(scene.accept(25));
        bye(scene.dialer.dialogues.back()->server("250 mail.example\r\n"));
    }
    answers_tls_in_clear(scene.accept(25));
    const auto report = scene.probe();
    CHECK(report.verdict == Verdict::bad);
    CHECK(ids(report) == Words{"smtp-starttls-missing", "smtp-no-tls"});

    Scene clear;
    clear.options.endpoints = {{.port = 25, .security = Security::none}};
    works_in_clear(clear.accept(25));
    CHECK(clear.probe().verdict == Verdict::good);
}

TEST_CASE("A bare host with every port closed is a no, with one unanswered it could not be checked") {
    Scene closed;
    const auto report = closed.probe();
    CHECK(report.verdict == Verdict::bad);
    CHECK(ids(report) == Words{"smtp-port-closed", "smtp-port-closed", "smtp-port-closed"});

    Scene filtered;
    for (int i = 0; i < 3; ++i)
        filtered.dialer.refuse(filtered.dialer.at(address, 25), "timed out");
    CHECK(filtered.probe().verdict == Verdict::unchecked);
}

TEST_CASE("A host without an address is a no, a failed look-up could not be checked") {
    Scene missing;
    missing.target.host = relay::Host::parse("nowhere.example").value();
    const auto gone = missing.probe();
    CHECK(gone.verdict == Verdict::bad);
    CHECK(ids(gone) == Words{"smtp-address-missing"});
    CHECK(gone.findings.front().subject == "nowhere.example");
    REQUIRE(gone.combinations.size() == 9);
    for (const auto& cell : gone.combinations) {
        CHECK(cell.outcome == Outcome::fail);
        CHECK(cell.verdict == Verdict::bad);
        CHECK(cell.problem == app::Problem::no_address);
        CHECK(cell.reason == "no address");
    }
    const auto deciding = app::deciding_combination(gone);
    REQUIRE(deciding.has_value());
    CHECK(gone.combinations[*deciding].endpoint == ProbeEndpoint{.port = 587, .security = Security::tls});
    CHECK(missing.dialer.connected.empty());

    Scene failing;
    failing.resolver.fail("mail.example", dns::Status::servfail);
    const auto unknown = failing.probe();
    CHECK(unknown.verdict == Verdict::unchecked);
    CHECK(ids(unknown) == Words{"smtp-address-unknown"});
    CHECK(unknown.combinations.front().outcome == Outcome::skip);
    CHECK(unknown.combinations.front().verdict == Verdict::unchecked);
    CHECK(unknown.combinations.front().reason == "no answer from DNS");
}

TEST_CASE("An address literal needs no DNS") {
    Scene scene(25, Security::none);
    scene.target.host = relay::Host::parse("[2001:db8::25]").value();
    works_in_clear(scene.dialer.accept("2001:db8::25", 25));
    const auto report = scene.probe();
    CHECK(report.verdict == Verdict::good);
    CHECK(scene.resolver.asked.empty());
    CHECK_FALSE(report.dns_time.has_value());
}

TEST_CASE("Names of one label are looked up like any other") {
    Scene scene(25, Security::none);
    scene.target.host = relay::Host::parse("localhost").value();
    scene.resolver.a("localhost", "127.0.0.1");
    works_in_clear(scene.dialer.accept("127.0.0.1", 25));
    CHECK(scene.probe().verdict == Verdict::good);
}

TEST_CASE(
    "[SMTP-SEC-32] IPv4 is used when IPv6 does not answer, and the connection made to find out is not "
    "wasted") {
    Scene scene(25, Security::none);
    scene.resolver.a("mail.example", "2001:db8::25");
    scene.dialer.refuse(scene.dialer.at("2001:db8::25", 25), "network unreachable");
    works_in_clear(scene.accept(25));
    const auto report = scene.probe();
    CHECK(report.verdict == Verdict::good);
    CHECK(report.addresses.size() == 2);
    CHECK(report.address->to_string() == address);
    CHECK(scene.dialer.connected == Words{"[2001:db8::25]:25", "192.0.2.25:25"});
}

TEST_CASE("IPv6 is preferred when both answer") {
    Scene scene(25, Security::none);
    scene.resolver.a("mail.example", "2001:db8::25");
    works_in_clear(scene.dialer.accept("2001:db8::25", 25));
    const auto report = scene.probe();
    CHECK(report.address->to_string() == "2001:db8::25");
    CHECK(scene.dialer.connected == Words{"[2001:db8::25]:25"});
}
