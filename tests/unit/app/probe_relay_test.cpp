#include "probe_scene.hpp"

using namespace probe_test;
using app::Outcome;
using app::ProbeEndpoint;
using finding::Verdict;
using relay::Security;

TEST_CASE("A usual server gives the usual table") {
    Scene scene;
    scene.target.relay = "news";
    scene.target.own = ProbeEndpoint{.port = 587, .security = Security::tls};
    scene.target.configured = scene.target.own;
    script_usual_server(scene);
    const auto report = scene.probe();
    CHECK(table(report) == usual_table);
    CHECK(report.verdict == Verdict::good);
    CHECK(report.configured == 7);
    CHECK(report.address->to_string() == address);
    CHECK(ids(report) == Words{"smtp-auth-only-after-tls", "smtp-implicit-tls-preferred"});
    for (const auto& dialogue : scene.dialer.dialogues)
        CHECK(dialogue->fault.empty());
}

TEST_CASE("A combination that works tells times, greeting, TLS and what is offered before and after") {
    Scene scene(587, Security::tls);
    works_with_starttls(scene.accept(587));
    const auto report = scene.probe();
    const auto& cell = report.combinations.front();
    CHECK(cell.outcome == Outcome::ok);
    CHECK(cell.greeting == "220 mail.example ESMTP");
    CHECK(cell.tls->version == "TLSv1.3");
    CHECK(cell.before_tls->auth.empty());
    CHECK(cell.after_tls->auth == Words{"PLAIN", "LOGIN"});
    CHECK(cell.times.connect.has_value());
    CHECK(cell.times.greeting.has_value());
    CHECK(cell.times.ehlo.has_value());
    CHECK(cell.times.tls.has_value());
    CHECK(cell.times.ehlo_after_tls.has_value());
    CHECK(scene.dialer.dialogues.front()->handshakes.front().server_name == "mail.example");
    CHECK(scene.dialer.dialogues.front()->finished());
}

TEST_CASE("[SMTP-SEC-19] ssl spoken to a STARTTLS port is told with the command that mends it") {
    Scene scene(587, Security::ssl);
    answers_tls_in_clear(scene.accept(587));
    const auto report = scene.probe();
    CHECK(report.verdict == Verdict::bad);
    CHECK(ids(report) == Words{"smtp-plain-port"});
    CHECK(report.findings.front().subject == "mail.example:587");
    CHECK(report.findings.front().remedy == "relayctl edit news --security tls");
    CHECK(report.findings.front().observed ==
          "the server answered in plain text, not TLS: \"220 mail.example ESMTP\"");
}

TEST_CASE("[SMTP-SEC-19] STARTTLS spoken to an implicit TLS port is told with the command that mends it") {
    Scene scene(465, Security::tls);
    scene.options.endpoints = app::probe_endpoints({465}, {}, std::nullopt);
    scene.accept(465).hangs();
    scene.accept(465).hangs();
    works_with_implicit_tls(scene.accept(465));
    const auto report = scene.probe();
    CHECK(report.verdict == Verdict::bad);
    CHECK(table(report) == Words{"465 none fail no banner", "465 tls fail no banner", "465 ssl ok"});
    CHECK(ids(report) == Words{"smtp-implicit-tls-port"});
    CHECK(report.findings.front().remedy == "relayctl edit news --security ssl");
}

TEST_CASE(
    "At another endpoint than the relay's own the relay is not to be edited, unless its own fails too") {
    const ProbeEndpoint asked{.port = 465, .security = Security::tls};
    const auto remedy = [&](bool own_is_tried, bool own_works) {
        Scene scene(587, Security::tls);
        scene.target.configured = asked;
        scene.options.endpoints = {asked, {.port = 465, .security = Security::ssl}};
        if (own_is_tried) scene.options.endpoints.push_back(*scene.target.own);
        scene.accept(465).hangs();
        works_with_implicit_tls(scene.accept(465));
        if (own_works) works_with_starttls(scene.accept(587));
        return find(scene.probe(), "smtp-implicit-tls-port").remedy;
    };
    CHECK(remedy(false, false) == "relayctl probe news --require 465:ssl");
    CHECK(remedy(true, true) == "relayctl probe news --require 465:ssl");
    CHECK(remedy(true, false) == "relayctl edit news --port 465 --security ssl");
}

TEST_CASE("At another endpoint than the relay's own a certificate is tried, and not set for the relay") {
    Scene scene(587, Security::tls);
    scene.target.configured = ProbeEndpoint{.port = 465, .security = Security::ssl};
    scene.options.endpoints = {*scene.target.configured};
    works_with_implicit_tls(scene.accept(465), tls_with(net::CertificateStatus::self_signed));
    CHECK(find(scene.probe(), "tls-certificate-self-signed").remedy ==
          "Compare the fingerprint with the server's operator, then: relayctl probe news --require 465:ssl "
          "--fingerprint " +
              std::string(64, 'a'));
}

TEST_CASE("A TLS alert in place of a greeting is an implicit TLS port too") {
    Scene scene(465, Security::none);
    scene.accept(465).server(std::string("\x15\x03\x01\x00\x02\x02\x0a", 7)).closes();
    const auto report = scene.probe();
    CHECK(table(report) == Words{"465 none fail no banner"});
    CHECK(ids(report) == Words{"smtp-implicit-tls-port"});
}

TEST_CASE("A failed handshake on a port that greets in clear is the wrong way of encryption") {
    Scene scene;
    scene.options.endpoints = app::probe_endpoints({25}, {Security::none, Security::ssl}, std::nullopt);
    works_in_clear(scene.accept(25));
    scene.accept(25).tls(base::Error{.kind = base::ErrorKind::unavailable, .message = "timed out"});
    CHECK(table(scene.probe()) == Words{"25 none ok", "25 ssl fail not a TLS server"});
}

TEST_CASE("[SMTP-SEC-02] tls is never done in clear when STARTTLS is missing") {
    Scene scene(587, Security::tls);
    greet(scene.accept(587));
    bye(scene.dialer.dialogues.back()->server("250-mail.example\r\n250 SIZE 1000\r\n"));
    const auto report = scene.probe();
    CHECK(table(report) == Words{"587 tls fail no STARTTLS"});
    CHECK(report.verdict == Verdict::bad);
    CHECK(ids(report) == Words{"smtp-starttls-missing"});
    CHECK(scene.dialer.dialogues.front()->handshakes.empty());
}

TEST_CASE("A missing STARTTLS is followed by an encrypted way that works") {
    Scene scene(587, Security::tls);
    scene.options.endpoints.push_back({.port = 465, .security = Security::ssl});
    greet(scene.accept(587));
    scene.dialer.dialogues.back()->server("250 mail.example\r\n");
    works_with_implicit_tls(scene.accept(465));
    CHECK(find(scene.probe(), "smtp-starttls-missing").remedy ==
          "Port 465 works with ssl: relayctl edit news --port 465 --security ssl");
}

TEST_CASE("Trouble at any operation is a reported outcome") {
    for (const auto security : {Security::none, Security::tls, Security::ssl}) {
        for (std::size_t operation = 0;; ++operation) {
            Scene scene(587, security);
            auto& dialogue = scene.accept(587);
            if (security == Security::none) works_in_clear(dialogue);
            if (security == Security::tls) works_with_starttls(dialogue);
            if (security == Security::ssl) works_with_implicit_tls(dialogue);
            dialogue.fail_at = operation;
            const auto report = scene.probe();
            if (report.verdict == Verdict::good) break;
            CHECK(report.combinations.front().outcome == Outcome::fail);
            CHECK(report.findings.size() >= 1);
            REQUIRE(operation < 20);
        }
    }
}

TEST_CASE("Texts of the server are kept as they came") {
    Scene scene(25, Security::none);
    scene.accept(25)
        .server("220 \x1b[31mred\x9b\r\n")
        .client(hello)
        .server("250 \xff\r\n")
        .client("QUIT\r\n")
        .closes();
    const auto report = scene.probe();
    CHECK(report.combinations.front().greeting == "220 \x1b[31mred\x9b");
}

TEST_CASE("The endpoints are every port with every security, and no others where they are narrowed") {
    CHECK(app::probe_endpoints({}, {}, std::nullopt).size() == 9);
    const ProbeEndpoint configured{.port = 2525, .security = Security::none};
    CHECK(app::probe_endpoints({}, {}, configured).size() == 12);
    CHECK(app::probe_endpoints({587, 587}, {Security::ssl, Security::tls}, configured) ==
          std::vector<ProbeEndpoint>{{.port = 587, .security = Security::tls},
                                     {.port = 587, .security = Security::ssl}});
    CHECK(app::probe_endpoints({}, {Security::none}, configured).size() == 4);
}
