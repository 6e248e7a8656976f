// A scripted mail host on every port, for the tests of probe_relay().
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "app/probe_relay.hpp"
#include "net/run.hpp"
#include "support/fake_dialer.hpp"
#include "support/fake_resolver.hpp"

namespace probe_test {

using Words = std::vector<std::string>;

class StandingClock final : public base::Clock {
  public:
    base::Time now() const override { return base::parse_rfc3339("2026-11-23T12:00:00Z").value(); }
};

inline net::TlsInfo tls_with(net::CertificateStatus status, std::string reason = {}) {
    net::TlsInfo info = test::Dialogue::good_tls();
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

inline net::TlsInfo good_tls() {
    return tls_with(net::CertificateStatus::ok);
}

inline constexpr std::string_view address = "192.0.2.25";
inline const std::string hello = "EHLO client.example\r\n";
inline const std::string clear_keywords = "250-mail.example\r\n250 STARTTLS\r\n";
inline const std::string tls_keywords = "250-mail.example\r\n250-SIZE 1000\r\n250 AUTH PLAIN LOGIN\r\n";

inline void bye(test::Dialogue& dialogue) {
    dialogue.client("QUIT\r\n").server("221 bye\r\n");
}
inline void greet(test::Dialogue& dialogue) {
    dialogue.server("220 mail.example ESMTP\r\n").client(hello);
}
inline void works_in_clear(test::Dialogue& dialogue) {
    greet(dialogue);
    bye(dialogue.server(clear_keywords));
}
inline void works_with_starttls(test::Dialogue& dialogue, net::TlsInfo info = good_tls()) {
    greet(dialogue);
    dialogue.server(clear_keywords).client("STARTTLS\r\n").server("220 go\r\n").tls(std::move(info));
    bye(dialogue.client(hello).server(tls_keywords));
}
inline void works_with_implicit_tls(test::Dialogue& dialogue, net::TlsInfo info = good_tls()) {
    dialogue.tls(std::move(info)).server("220 mail.example ESMTP\r\n");
    bye(dialogue.client(hello).server(tls_keywords));
}
inline void answers_tls_in_clear(test::Dialogue& dialogue) {
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
    Scene(std::uint16_t port, relay::Security security) : Scene() {
        target.relay = "news";
        target.own = app::ProbeEndpoint{.port = port, .security = security};
        target.configured = target.own;
        options.endpoints = {*target.configured};
    }

    test::Dialogue& accept(std::uint16_t port) { return dialer.accept(address, port); }
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
inline Words table(const app::ProbeReport& report) {
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

inline Words ids(const app::ProbeReport& report) {
    Words result;
    for (const auto& finding : report.findings)
        result.push_back(finding.id);
    return result;
}

inline const finding::Finding& find(const app::ProbeReport& report, std::string_view id) {
    const auto found = std::find_if(report.findings.begin(), report.findings.end(),
                                    [&](const finding::Finding& finding) { return finding.id == id; });
    REQUIRE(found != report.findings.end());
    return *found;
}

// The usual submission server: 25 and 587 with STARTTLS, 465 with implicit TLS.
inline void script_usual_server(Scene& scene) {
    for (const std::uint16_t port : {std::uint16_t{25}, std::uint16_t{587}}) {
        works_in_clear(scene.accept(port));
        works_with_starttls(scene.accept(port));
        answers_tls_in_clear(scene.accept(port));
    }
    scene.accept(465).hangs();
    scene.accept(465).hangs();
    works_with_implicit_tls(scene.accept(465));
}

inline const Words usual_table = {"25 none ok",
                                  "25 tls ok",
                                  "25 ssl fail not a TLS server",
                                  "465 none fail no banner",
                                  "465 tls fail no banner",
                                  "465 ssl ok",
                                  "587 none ok",
                                  "587 tls ok",
                                  "587 ssl fail not a TLS server"};

}  // namespace probe_test
