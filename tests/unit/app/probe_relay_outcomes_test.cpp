#include "probe_scene.hpp"

using namespace probe_test;
using app::Outcome;
using app::ProbeEndpoint;
using finding::Verdict;
using relay::Security;

TEST_CASE("A firewall that rewrites SMTP is recognised") {
    Scene scene(25, Security::tls);
    scene.accept(25)
        .server("220 *********2***\r\n")
        .client(hello)
        .server("250-mail\r\n250-SIZE 1\r\n250 XXXXXXXA\r\n");
    CHECK(ids(scene.probe()) == Words{"smtp-starttls-rewritten"});
}

TEST_CASE("[SMTP-SEC-02] STARTTLS refused for now could not be checked, refused for good is a no") {
    for (const auto& [reply, verdict] : {std::pair{"454 4.7.0 no TLS now\r\n", Verdict::unchecked},
                                         std::pair{"554 5.7.0 no TLS\r\n", Verdict::bad}}) {
        Scene scene(587, Security::tls);
        greet(scene.accept(587));
        scene.dialer.dialogues.back()->server(clear_keywords).client("STARTTLS\r\n").server(reply);
        const auto report = scene.probe();
        CHECK(report.verdict == verdict);
        CHECK(ids(report) == Words{"smtp-starttls-refused"});
    }
}

TEST_CASE("Octets in clear behind the answer to STARTTLS are reported and TLS is not begun") {
    Scene scene(587, Security::tls);
    greet(scene.accept(587));
    scene.dialer.dialogues.back()
        ->server(clear_keywords)
        .client("STARTTLS\r\n")
        .server("220 go\r\n250 AUTH PLAIN\r\n");
    const auto report = scene.probe();
    CHECK(table(report) == Words{"587 tls fail data before TLS"});
    CHECK(ids(report) == Words{"smtp-data-before-tls"});
    CHECK(scene.dialer.dialogues.front()->handshakes.empty());
}

TEST_CASE(
    "[SMTP-SEC-08] A certificate that does not verify fails the combination, and what it offers is still "
    "told") {
    const std::vector<std::pair<net::CertificateStatus, std::string>> faults = {
        {net::CertificateStatus::expired, "tls-certificate-expired"},
        {net::CertificateStatus::not_yet_valid, "tls-certificate-not-yet-valid"},
        {net::CertificateStatus::self_signed, "tls-certificate-self-signed"},
        {net::CertificateStatus::unknown_issuer, "tls-certificate-unknown-issuer"},
        {net::CertificateStatus::missing_intermediate, "tls-certificate-missing-intermediate"},
        {net::CertificateStatus::name_mismatch, "tls-certificate-name-mismatch"},
        {net::CertificateStatus::fingerprint_mismatch, "tls-certificate-fingerprint-mismatch"},
        {net::CertificateStatus::weak, "tls-certificate-weak"},
        {net::CertificateStatus::revoked, "tls-certificate-revoked"},
        {net::CertificateStatus::other, "tls-certificate-untrusted"},
    };
    for (const auto& [status, id] : faults) {
        Scene scene(587, Security::tls);
        works_with_starttls(scene.accept(587), tls_with(status, "the reason"));
        const auto report = scene.probe();
        const auto& cell = report.combinations.front();
        CHECK(report.verdict == Verdict::bad);
        CHECK(cell.outcome == Outcome::fail);
        CHECK(cell.reason == "certificate " + std::string(net::to_string(status)));
        CHECK(cell.after_tls->auth == Words{"PLAIN", "LOGIN"});
        CHECK(find(report, id).observed == "the reason");
        CHECK(scene.dialer.dialogues.front()->finished());
    }
}

TEST_CASE("Remedies for certificates name the command") {
    Scene own(465, Security::ssl);
    works_with_implicit_tls(own.accept(465), tls_with(net::CertificateStatus::self_signed));
    CHECK(find(own.probe(), "tls-certificate-self-signed")
              .remedy.ends_with("relayctl edit news --fingerprint " + std::string(64, 'a')));

    Scene other(465, Security::ssl);
    net::TlsInfo info = tls_with(net::CertificateStatus::name_mismatch, "the certificate is for a.example");
    info.chain.front().names = {"*.example", "a.example"};
    works_with_implicit_tls(other.accept(465), info);
    other.resolver.a("a.example", "192.0.2.99");
    CHECK(
        find(other.probe(), "tls-certificate-name-mismatch").remedy ==
        "a.example has another address: relayctl probe a.example --require 465:ssl; if that works and it is "
        "the same server: relayctl edit news --host a.example");
}

TEST_CASE("With verification off a bad certificate is unverified and good enough") {
    Scene scene(465, Security::ssl);
    scene.target.verification = relay::Verification::off;
    works_with_implicit_tls(scene.accept(465), tls_with(net::CertificateStatus::expired, "expired at noon"));
    const auto report = scene.probe();
    CHECK(table(report) == Words{"465 ssl unverified"});
    CHECK(report.verdict == Verdict::good);
    CHECK(ids(report) == Words{"tls-unverified"});
    CHECK(report.findings.front().remedy ==
          "Compare the fingerprint with the server's operator, then: relayctl edit news --verify-certificate "
          "on "
          "--fingerprint " +
              std::string(64, 'a'));

    Scene good(465, Security::ssl);
    good.target.verification = relay::Verification::off;
    works_with_implicit_tls(good.accept(465));
    CHECK(find(good.probe(), "tls-unverified").remedy == "relayctl edit news --verify-certificate on");
}

TEST_CASE("A certificate about to expire is a warning") {
    Scene scene(465, Security::ssl);
    net::TlsInfo info = good_tls();
    info.chain.front().not_after = base::parse_rfc3339("2026-12-10T13:00:00Z").value();
    works_with_implicit_tls(scene.accept(465), info);
    const auto report = scene.probe();
    CHECK(report.verdict == Verdict::good);
    CHECK(find(report, "tls-certificate-expires-soon").observed ==
          "17 days left, until 2026-12-10T13:00:00Z");
}

TEST_CASE("A pinned certificate that has expired works, and is told [PROBE-26]") {
    Scene scene(465, Security::ssl);
    scene.target.fingerprint = std::string(64, 'a');
    net::TlsInfo info = good_tls();
    info.chain.front().not_after = base::parse_rfc3339("2026-01-01T00:00:00Z").value();
    works_with_implicit_tls(scene.accept(465), info);
    const auto report = scene.probe();
    CHECK(report.verdict == Verdict::good);
    CHECK(find(report, "tls-certificate-expires-soon").observed ==
          "expired at 2026-01-01T00:00:00Z, accepted because it is pinned");
}

TEST_CASE("A certificate of an unknown issuer that has expired besides has both findings [PROBE-26]") {
    Scene scene(465, Security::ssl);
    auto info = tls_with(net::CertificateStatus::unknown_issuer, "its issuer is not known");
    info.chain.front().not_after = base::parse_rfc3339("2026-01-01T00:00:00Z").value();
    works_with_implicit_tls(scene.accept(465), info);
    CHECK(ids(scene.probe()) == Words{"tls-certificate-unknown-issuer", "tls-certificate-expired"});
}

TEST_CASE("A certificate that is not valid yet is told beside another fault [PROBE-26]") {
    auto info = tls_with(net::CertificateStatus::name_mismatch, "for other.example");
    info.chain.front().not_before = base::parse_rfc3339("2030-01-01T00:00:00Z").value();
    info.chain.front().names.clear();
    Scene scene(465, Security::ssl);
    works_with_implicit_tls(scene.accept(465), info);
    const auto report = scene.probe();
    CHECK(ids(report) == Words{"tls-certificate-name-mismatch", "tls-certificate-not-yet-valid"});
    CHECK(find(report, "tls-certificate-not-yet-valid").observed ==
          "the certificate is valid only from 2030-01-01T00:00:00Z");
    CHECK(find(report, "tls-certificate-name-mismatch").remedy ==
          "Have a certificate issued that names mail.example as a DNS name.");
    Scene unverified(465, Security::ssl);
    unverified.target.verification = relay::Verification::off;
    works_with_implicit_tls(unverified.accept(465), info);
    CHECK(find(unverified.probe(), "tls-unverified").observed ==
          "for other.example; the certificate is valid only from 2030-01-01T00:00:00Z");
}

TEST_CASE("A bad certificate is a no, even where the server falls silent behind it [PROBE-26]") {
    Scene scene(465, Security::ssl);
    scene.options.greeting_limit = app::Milliseconds(30);
    scene.options.timeout = app::Milliseconds(60);
    scene.accept(465).tls(tls_with(net::CertificateStatus::name_mismatch, "for other.example")).hangs();
    CHECK(scene.probe().verdict == Verdict::bad);
}

TEST_CASE("The CA file and the fingerprint of the relay reach TLS") {
    Scene scene(465, Security::ssl);
    scene.target.ca_file = "/etc/ca.pem";
    scene.target.fingerprint = std::string(64, 'b');
    works_with_implicit_tls(scene.accept(465));
    scene.probe();
    const auto& options = scene.dialer.dialogues.front()->handshakes.front();
    CHECK(options.ca_file == "/etc/ca.pem");
    CHECK(options.fingerprint == std::string(64, 'b'));
}

TEST_CASE("A CA file that cannot be read ends the probe") {
    Scene scene(465, Security::ssl);
    scene.accept(465).tls(base::usage_error("cannot read CA file \"/nowhere\": No such file"));
    const auto report = scene.try_probe();
    REQUIRE(report.has_error());
    CHECK(report.error().kind == base::ErrorKind::usage);
    CHECK(report.error().message == "cannot read CA file \"/nowhere\": No such file");
}

TEST_CASE("[SMTP-SEC-35] Greetings of 4xx could not be checked, of 5xx are a no") {
    Scene later(25, Security::none);
    later.accept(25).server("421 4.7.0 too many connections\r\n").closes();
    const auto deferred = later.probe();
    CHECK(table(deferred) == Words{"25 none fail greeting 421"});
    CHECK(deferred.verdict == Verdict::unchecked);
    CHECK(ids(deferred) == Words{"smtp-too-many-connections"});
    CHECK(deferred.findings.front().observed == "421 4.7.0 too many connections");

    Scene never(25, Security::none);
    never.accept(25).server("554 5.7.1 blocked\r\n").closes();
    const auto rejected = never.probe();
    CHECK(rejected.verdict == Verdict::bad);
    CHECK(ids(rejected) == Words{"smtp-greeting-rejected"});
}

TEST_CASE("What a connection can meet is told apart [PROBE-28]") {
    struct Case {
        std::string name;
        std::function<void(Scene&)> script;
        std::string row;
        Verdict verdict;
        std::string id;
    };
    const std::vector<Case> cases = {
        {"closed", [](Scene& s) { s.dialer.refuse(s.dialer.at(address, 25)); },
         "25 none closed connection refused", Verdict::bad, "smtp-port-closed"},
        {"filtered", [](Scene& s) { s.dialer.refuse(s.dialer.at(address, 25), "timed out"); },
         "25 none timeout no answer", Verdict::unchecked, "smtp-port-filtered"},
        {"no route", [](Scene& s) { s.dialer.refuse(s.dialer.at(address, 25), "no route to host"); },
         "25 none fail no route", Verdict::unchecked, "smtp-no-route"},
        {"other", [](Scene& s) { s.dialer.refuse(s.dialer.at(address, 25), "too many open files"); },
         "25 none fail cannot connect", Verdict::unchecked, "smtp-connect-failed"},
        {"silent", [](Scene& s) { s.accept(25).hangs(); }, "25 none timeout no banner", Verdict::unchecked,
         "smtp-no-greeting"},
        {"hung up", [](Scene& s) { s.accept(25).closes(); }, "25 none fail closed without a word",
         Verdict::bad, "smtp-closed-early"},
        {"HTTP", [](Scene& s) { s.accept(25).server("HTTP/1.0 400 Bad Request\r\n"); },
         "25 none fail not SMTP", Verdict::bad, "smtp-not-smtp"},
        {"long line", [](Scene& s) { s.accept(25).server("220 " + std::string(9000, 'x')); },
         "25 none fail line too long", Verdict::bad, "smtp-line-too-long"},
        {"long reply",
         [](Scene& s) {
             auto& dialogue = s.accept(25);
             for (int i = 0; i < 200; ++i)
                 dialogue.server("220-x\r\n");
         },
         "25 none fail reply too long", Verdict::bad, "smtp-reply-too-long"},
        {"EHLO refused",
         [](Scene& s) {
             greet(s.accept(25));
             s.dialer.dialogues.back()->server("550 who?\r\n");
         },
         "25 none fail EHLO refused 550", Verdict::bad, "smtp-ehlo-refused"},
        {"EHLO unanswered",
         [](Scene& s) {
             greet(s.accept(25));
             s.dialer.dialogues.back()->hangs();
         },
         "25 none timeout no reply", Verdict::unchecked, "smtp-reply-timeout"},
        {"lost",
         [](Scene& s) {
             greet(s.accept(25));
             s.dialer.dialogues.back()->closes();
         },
         "25 none fail connection lost", Verdict::bad, "smtp-connection-lost"},
    };
    for (const auto& each : cases) {
        CAPTURE(each.name);
        Scene scene(25, Security::none);
        each.script(scene);
        const auto report = scene.probe();
        CHECK(table(report) == Words{each.row});
        CHECK(report.verdict == each.verdict);
        CHECK(ids(report) == Words{each.id});
    }
}

TEST_CASE("A handshake that fails and one that gets no answer are told apart [PROBE-29]") {
    Scene failed(465, Security::ssl);
    failed.accept(465).tls(
        base::Error{.kind = base::ErrorKind::unavailable,
                    .message = "TLS handshake: the server sent the alert \"handshake failure\""});
    const auto broken = failed.probe();
    CHECK(table(broken) == Words{"465 ssl fail TLS handshake failed"});
    CHECK(ids(broken) == Words{"tls-handshake-failed"});
    CHECK(broken.verdict == Verdict::bad);

    Scene silent(465, Security::ssl);
    silent.accept(465).tls(base::Error{.kind = base::ErrorKind::unavailable, .message = "timed out"});
    const auto waited = silent.probe();
    CHECK(table(waited) == Words{"465 ssl timeout no TLS handshake"});
    CHECK(ids(waited) == Words{"tls-handshake-timeout"});
    CHECK(waited.verdict == Verdict::unchecked);
}

TEST_CASE("Port 25 blocked while 587 works is told") {
    Scene scene;
    scene.target.configured = ProbeEndpoint{.port = 587, .security = Security::tls};
    scene.options.endpoints = {{.port = 25, .security = Security::none}, *scene.target.configured};
    scene.dialer.refuse(scene.dialer.at(address, 25), "timed out");
    works_with_starttls(scene.accept(587));
    const auto report = scene.probe();
    CHECK(report.verdict == Verdict::good);
    CHECK(find(report, "smtp-port-25-blocked").observed == "no answer on port 25, port 587 is open");
}

TEST_CASE("AUTH offered in clear is a warning [PROBE-30]") {
    Scene scene(25, Security::none);
    greet(scene.accept(25));
    bye(scene.dialer.dialogues.back()->server("250-mail\r\n250 AUTH PLAIN LOGIN\r\n"));
    const auto report = scene.probe();
    CHECK(report.verdict == Verdict::good);
    CHECK(find(report, "smtp-auth-in-clear").observed == "AUTH PLAIN LOGIN before TLS");
}

TEST_CASE("Replies that bend the rules are read and told [PROBE-28]") {
    Scene scene(25, Security::none);
    bye(scene.accept(25).server("220 mail\n").client(hello).server("250 mail\n"));
    const auto report = scene.probe();
    CHECK(report.verdict == Verdict::good);
    CHECK(ids(report) == Words{"smtp-odd-replies"});
}
