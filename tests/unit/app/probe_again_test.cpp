// Servers that take few connections at a time: what they turn away is tried again, alone.
#include "probe_scene.hpp"

using namespace probe_test;
using relay::Security;

namespace {

const std::string too_many = "421 4.7.0 too many connections";

// Port 587 with none, tls and ssl; tls is turned away.
struct Crowd : Scene {
    Crowd() {
        options.endpoints = app::probe_endpoints({587}, {}, std::nullopt);
        works_in_clear(accept(587));
    }
};

Words turned_away(const app::ProbeReport& report) {
    Words words;
    for (const auto& cell : report.combinations)
        words.push_back(cell.turned_away);
    return words;
}

}  // namespace

TEST_CASE("What was turned away for too many connections is tried again alone [PROBE-27]") {
    Crowd scene;
    scene.accept(587).server(too_many + "\r\n");
    answers_tls_in_clear(scene.accept(587));
    works_with_starttls(scene.accept(587));
    const auto report = scene.probe();
    CHECK(table(report) == Words{"587 none ok", "587 tls ok", "587 ssl fail not a TLS server"});
    CHECK(report.verdict == finding::Verdict::good);
    CHECK(turned_away(report) == Words{"", too_many, ""});
    CHECK(find(report, "smtp-connections-limited").observed ==
          "1 of 3 connections at once were turned away and made again one at a time: " + too_many);
}

TEST_CASE("So is what was refused, or closed, while others to the port were open [PROBE-27]") {
    Crowd scene;
    scene.dialer.refuse(test::FakeDialer::at(address, 587));
    answers_tls_in_clear(scene.accept(587));
    works_with_starttls(scene.accept(587));
    CHECK(table(scene.probe())[1] == "587 tls ok");

    Crowd other;
    other.accept(587).closes();
    answers_tls_in_clear(other.accept(587));
    works_with_starttls(other.accept(587));
    CHECK(table(other.probe())[1] == "587 tls ok");
}

TEST_CASE("A server that turns away one connection too says so, after two more [PROBE-27]") {
    Crowd scene;
    answers_tls_in_clear(scene.accept(587));
    for (int i = 0; i < 3; ++i)
        scene.accept(587).server(too_many + "\r\n");
    scene.options.endpoints = {{587, Security::none}, {587, Security::ssl}, {587, Security::tls}};
    const auto report = scene.probe();
    CHECK(scene.dialer.connected.size() == 5);
    CHECK(table(report).back() == "587 tls fail greeting 421");
    CHECK(turned_away(report) == Words{"", "", ""});
}

TEST_CASE("A refusal for another reason is not tried again [PROBE-27]") {
    Crowd scene;
    scene.accept(587).server("554 5.7.1 your address is blocked\r\n");
    answers_tls_in_clear(scene.accept(587));
    CHECK(table(scene.probe())[1] == "587 tls fail greeting 554");
    CHECK(scene.dialer.connected.size() == 3);
}

TEST_CASE("One connection alone is not tried again [PROBE-27]") {
    Scene scene(587, Security::tls);
    scene.accept(587).server(too_many + "\r\n");
    const auto report = scene.probe();
    CHECK(scene.dialer.connected.size() == 1);
    CHECK(ids(report) == Words{"smtp-too-many-connections"});
}

TEST_CASE("A port that answers nobody is not tried again [PROBE-27]") {
    Scene scene;
    scene.options.endpoints = app::probe_endpoints({587}, {}, std::nullopt);
    CHECK(table(scene.probe()).front() == "587 none closed connection refused");
    CHECK(scene.dialer.connected.size() == 3);
}
