#include "app/probe_relay.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "net/run.hpp"
#include "support/fake_dialer.hpp"
#include "support/fake_resolver.hpp"

using app::Outcome;
using app::ProbeEndpoint;
using app::Problem;
using finding::Verdict;
using relay::Security;
using test::Dialogue;

namespace {

using Words = std::vector<std::string>;

class StandingClock final : public base::Clock {
  public:
    base::Time now() const override { return base::parse_rfc3339("2026-11-23T12:00:00Z").value(); }
};

net::TlsInfo tls_with(net::CertificateStatus status, std::string reason = {}) {
    net::TlsInfo info = Dialogue::good_tls();
    info.status = status;
    info.reason = std::move(reason);
    net::Certificate leaf;
    leaf.subject = "CN=mail.example";
    leaf.names = {"mail.example"};
    leaf.not_before = base::parse_rfc3339("2026-10-01T00:00:00Z").value();
    leaf.not_after = base::parse_rfc3339("2027-02-01T00:00:00Z").value();
    leaf.fingerprint_sha256 = std::string(64, 'a');
    info.chain = {leaf};
    return info;
}

net::TlsInfo good_tls() {
    return tls_with(net::CertificateStatus::ok);
}

constexpr std::string_view address = "192.0.2.25";
const std::string hello = "EHLO client.example\r\n";
const std::string clear_keywords = "250-mail.example\r\n250 STARTTLS\r\n";
const std::string tls_keywords = "250-mail.example\r\n250-SIZE 1000\r\n250 AUTH PLAIN LOGIN\r\n";

void bye(Dialogue& dialogue) {
    dialogue.client("QUIT\r\n").server("221 bye\r\n");
}
void greet(Dialogue& dialogue) {
    dialogue.server("220 mail.example ESMTP\r\n").client(hello);
}
void works_in_clear(Dialogue& dialogue) {
    greet(dialogue);
    bye(dialogue.server(clear_keywords));
}
void works_with_starttls(Dialogue& dialogue, net::TlsInfo info = good_tls()) {
    greet(dialogue);
    dialogue.server(clear_keywords).client("STARTTLS\r\n").server("220 go\r\n").tls(std::move(info));
    bye(dialogue.client(hello).server(tls_keywords));
}
void works_with_implicit_tls(Dialogue& dialogue, net::TlsInfo info = good_tls()) {
    dialogue.tls(std::move(info)).server("220 mail.example ESMTP\r\n");
    bye(dialogue.client(hello).server(tls_keywords));
}
void answers_tls_in_clear(Dialogue& dialogue) {
    dialogue.tls(
        base::Error{.kind = base::ErrorKind::unavailable,
                    .message = std::string(net::plain_text_answer) + ": \"220 mail.example ESMTP\""});
}

struct Scene {
    test::FakeResolver resolver;
    test::FakeDialer dialer;
    StandingClock clock;
    app::ProbeTarget target{.host = relay::Host::parse("mail.example").value()};
    app::ProbeOptions options;

    Scene() {
        resolver.a("mail.example", address);
        options.ehlo_name = "client.example";
        options.endpoints = app::probe_endpoints({}, {}, std::nullopt);
    }
    // A relay called news, with this endpoint, and only this one is tried.
    Scene(std::uint16_t port, Security security) : Scene() {
        target.relay = "news";
        target.configured = ProbeEndpoint{.port = port, .security = security};
        options.endpoints = {*target.configured};
    }

    Dialogue& accept(std::uint16_t port) { return dialer.accept(address, port); }
    base::Result<app::ProbeReport> try_probe() {
        app::ProbeServices services{.resolver = resolver, .dialer = dialer, .clock = clock};
        return net::run(app::probe_relay(services, target, options));
    }
    app::ProbeReport probe() {
        auto report = try_probe();
        REQUIRE(report.has_value());
        return std::move(*report);
    }
};

// "25 none ok", "465 tls fail no banner" ...
Words table(const app::ProbeReport& report) {
    Words rows;
    for (const auto& cell : report.combinations) {
        std::string row = std::to_string(cell.endpoint.port) + " ";
        row += relay::to_string(cell.endpoint.security);
        row += " ";
        row += app::to_string(cell.outcome);
        if (!cell.reason.empty()) row += " " + cell.reason;
        rows.push_back(row);
    }
    return rows;
}

Words ids(const app::ProbeReport& report) {
    Words result;
    for (const auto& finding : report.findings)
        result.push_back(finding.id);
    return result;
}

const finding::Finding& find(const app::ProbeReport& report, std::string_view id) {
    const auto found = std::find_if(report.findings.begin(), report.findings.end(),
                                    [&](const finding::Finding& finding) { return finding.id == id; });
    REQUIRE(found != report.findings.end());
    return *found;
}

// The usual submission server: 25 and 587 with STARTTLS, 465 with implicit TLS.
void script_usual_server(Scene& scene) {
    for (const std::uint16_t port : {std::uint16_t{25}, std::uint16_t{587}}) {
        works_in_clear(scene.accept(port));
        works_with_starttls(scene.accept(port));
        answers_tls_in_clear(scene.accept(port));
    }
    scene.accept(465).hangs();
    scene.accept(465).hangs();
    works_with_implicit_tls(scene.accept(465));
}

const Words usual_table = {"25 none ok",
                           "25 tls ok",
                           "25 ssl fail not a TLS server",
                           "465 none fail no banner",
                           "465 tls fail no banner",
                           "465 ssl ok",
                           "587 none ok",
                           "587 tls ok",
                           "587 ssl fail not a TLS server"};

}  // namespace

TEST_CASE("A usual server gives the usual table") {
    Scene scene;
    scene.target.relay = "news";
    scene.target.configured = ProbeEndpoint{.port = 587, .security = Security::tls};
    script_usual_server(scene);
    const auto report = scene.probe();
    CHECK(table(report) == usual_table);
    CHECK(report.verdict == Verdict::good);
    CHECK(report.configured == 7);
    CHECK(report.address->to_string() == address);
    CHECK(ids(report) == Words{"smtp-auth-only-after-tls"});
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

TEST_CASE("ssl spoken to a STARTTLS port is told with the command that mends it") {
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

TEST_CASE("STARTTLS spoken to an implicit TLS port is told with the command that mends it") {
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

TEST_CASE("tls is never done in clear when STARTTLS is missing") {
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

TEST_CASE("A firewall that rewrites SMTP is recognised") {
    Scene scene(25, Security::tls);
    scene.accept(25)
        .server("220 *********2***\r\n")
        .client(hello)
        .server("250-mail\r\n250-SIZE 1\r\n250 XXXXXXXA\r\n");
    CHECK(ids(scene.probe()) == Words{"smtp-starttls-rewritten"});
}

TEST_CASE("STARTTLS refused for now could not be checked, refused for good is a no") {
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

TEST_CASE("A certificate that does not verify fails the combination, and what it offers is still told") {
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
    CHECK(find(other.probe(), "tls-certificate-name-mismatch").remedy ==
          "If it is the same server: relayctl edit news --host a.example");
}

TEST_CASE("With verification off a bad certificate is unverified and good enough") {
    Scene scene(465, Security::ssl);
    scene.target.verification = relay::Verification::off;
    works_with_implicit_tls(scene.accept(465), tls_with(net::CertificateStatus::expired, "expired at noon"));
    const auto report = scene.probe();
    CHECK(table(report) == Words{"465 ssl unverified"});
    CHECK(report.verdict == Verdict::good);
    CHECK(ids(report) == Words{"tls-unverified"});
    CHECK(report.findings.front().remedy == "relayctl edit news --verify-certificate on");
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

TEST_CASE("Greetings of 4xx could not be checked, of 5xx are a no") {
    Scene later(25, Security::none);
    later.accept(25).server("421 4.7.0 too many connections\r\n").closes();
    const auto deferred = later.probe();
    CHECK(table(deferred) == Words{"25 none fail greeting 421"});
    CHECK(deferred.verdict == Verdict::unchecked);
    CHECK(ids(deferred) == Words{"smtp-greeting-deferred"});
    CHECK(deferred.findings.front().observed == "421 4.7.0 too many connections");

    Scene never(25, Security::none);
    never.accept(25).server("554 5.7.1 blocked\r\n").closes();
    const auto rejected = never.probe();
    CHECK(rejected.verdict == Verdict::bad);
    CHECK(ids(rejected) == Words{"smtp-greeting-rejected"});
}

TEST_CASE("What a connection can meet is told apart") {
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

TEST_CASE("A handshake that fails and one that gets no answer are told apart") {
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

TEST_CASE("AUTH offered in clear is a warning") {
    Scene scene(25, Security::none);
    greet(scene.accept(25));
    bye(scene.dialer.dialogues.back()->server("250-mail\r\n250 AUTH PLAIN LOGIN\r\n"));
    const auto report = scene.probe();
    CHECK(report.verdict == Verdict::good);
    CHECK(find(report, "smtp-auth-in-clear").observed == "AUTH PLAIN LOGIN before TLS");
}

TEST_CASE("Replies that bend the rules are read and told") {
    Scene scene(25, Security::none);
    bye(scene.accept(25).server("220 mail\n").client(hello).server("250 mail\n"));
    const auto report = scene.probe();
    CHECK(report.verdict == Verdict::good);
    CHECK(ids(report) == Words{"smtp-odd-replies"});
}

TEST_CASE("Only the configured combination decides") {
    Scene scene;
    scene.target.configured = ProbeEndpoint{.port = 587, .security = Security::ssl};
    script_usual_server(scene);
    const auto report = scene.probe();
    CHECK(report.verdict == Verdict::bad);
    CHECK(table(report) == usual_table);
    CHECK(ids(report).front() == "smtp-plain-port");
    CHECK(report.findings.front().remedy == "use --security tls");
}

TEST_CASE("A bare host is good when something encrypted works") {
    Scene scene;
    script_usual_server(scene);
    CHECK(scene.probe().verdict == Verdict::good);
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
    CHECK(gone.combinations.size() == 9);
    CHECK(gone.combinations.front().outcome == Outcome::skip);
    CHECK(missing.dialer.connected.empty());

    Scene failing;
    failing.resolver.fail("mail.example", dns::Status::servfail);
    const auto unknown = failing.probe();
    CHECK(unknown.verdict == Verdict::unchecked);
    CHECK(ids(unknown) == Words{"smtp-address-unknown"});
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

TEST_CASE("IPv4 is used when IPv6 does not answer, and the connection made to find out is not wasted") {
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

TEST_CASE(
    "The endpoints are every port with every security unless narrowed, and always the one that decides") {
    CHECK(app::probe_endpoints({}, {}, std::nullopt).size() == 9);
    const ProbeEndpoint configured{.port = 2525, .security = Security::none};
    CHECK(app::probe_endpoints({}, {}, configured).size() == 12);
    CHECK(app::probe_endpoints({587, 587}, {Security::ssl, Security::tls}, configured) ==
          std::vector<ProbeEndpoint>{configured,
                                     {.port = 587, .security = Security::tls},
                                     {.port = 587, .security = Security::ssl}});
}
