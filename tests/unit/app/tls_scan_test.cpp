#include "app/tls_scan.hpp"

#include <doctest/doctest.h>

#include "net/run.hpp"
#include "probe_scene.hpp"

namespace {

using namespace probe_test;
using Answer = app::TlsScanVersion::Answer;

base::Error alert() {
    return {.kind = base::ErrorKind::unavailable,
            .message = "the server sent the alert \"handshake failure\""};
}

net::TlsInfo with_cipher(std::string name) {
    auto info = good_tls();
    info.cipher = std::move(name);
    return info;
}

struct Server {
    test::FakeDialer dialer;
    std::size_t handshakes = 40;

    void accepts(std::string cipher) {
        auto& dialogue = dialer.accept(address, 465);
        dialogue.tls(with_cipher(std::move(cipher))).server("220 mail.example ESMTP\r\n");
        dialogue.client("QUIT\r\n");
    }
    void ends_the_list() { dialer.accept(address, 465).tls(alert()); }

    app::TlsScan scan() {
        app::TlsScanRequest request;
        request.endpoint = test::FakeDialer::at(address, 465);
        request.security = relay::Security::ssl;
        request.server_name = "mail.example";
        request.ehlo_name = "client.example";
        request.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        request.connections = 1;
        request.handshakes = handshakes;
        return net::run(app::scan_tls(dialer, request)).value();
    }
};

Words ids_of(const app::TlsScan& scan) {
    Words result;
    for (const auto& finding : app::scan_findings(scan, "mail.example:465"))
        result.push_back(finding.id + ": " + finding.observed);
    return result;
}

}  // namespace

TEST_CASE("a scan asks each version until the server finds no cipher any more [PROBE-12]") {
    Server server;
    server.accepts("TLS_AES_256_GCM_SHA384");
    server.accepts("TLS_AES_128_GCM_SHA256");
    server.ends_the_list();
    server.accepts("ECDHE-RSA-AES256-GCM-SHA384");
    server.ends_the_list();
    server.ends_the_list();
    server.ends_the_list();
    const auto scan = server.scan();
    REQUIRE(scan.versions.size() == 4);
    CHECK(scan.versions[0].version == net::TlsVersion::tls1_3);
    CHECK(scan.versions[0].ciphers == Words{"TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"});
    CHECK(scan.versions[1].ciphers == Words{"ECDHE-RSA-AES256-GCM-SHA384"});
    CHECK(scan.versions[2].answer == Answer::refused);
    CHECK(scan.versions[3].answer == Answer::refused);
    for (const auto& version : scan.versions)
        CHECK(version.complete);
    CHECK(ids_of(scan).empty());
}

TEST_CASE("old versions, weak ciphers and ciphers without forward secrecy are told [PROBE-12]") {
    Server server;
    server.ends_the_list();
    server.accepts("AES128-SHA");
    server.accepts("ADH-AES256-SHA");
    server.ends_the_list();
    server.accepts("DES-CBC3-SHA");
    server.ends_the_list();
    server.accepts("ECDHE-RSA-AES256-SHA");
    server.ends_the_list();
    CHECK(ids_of(server.scan()) ==
          Words{"tls-old-version-accepted: TLSv1.1, TLSv1", "tls-weak-cipher-accepted: DES-CBC3-SHA",
                "tls-anonymous-cipher-accepted: ADH-AES256-SHA", "tls-no-forward-secrecy: AES128-SHA"});
}

TEST_CASE("where only old versions are accepted, newer ones come first [PROBE-10] [PROBE-12]") {
    Server server;
    server.ends_the_list();
    server.ends_the_list();
    server.accepts("ECDHE-RSA-AES256-SHA");
    server.ends_the_list();
    server.ends_the_list();
    const auto scan = server.scan();
    CHECK(app::accepts_only_old_versions(scan));
    CHECK(app::scan_findings(scan, "mail.example:465").front().remedy.starts_with("Switch on TLS 1.2"));
    Server newer;
    newer.accepts("TLS_AES_128_GCM_SHA256");
    for (int i = 0; i < 4; ++i)
        newer.ends_the_list();
    CHECK_FALSE(app::accepts_only_old_versions(newer.scan()));
}

TEST_CASE("a server that stops answering is not said to refuse") {
    Server server;
    server.accepts("TLS_AES_256_GCM_SHA384");
    const auto scan = server.scan();  // then refuses connections
    CHECK(scan.versions[0].answer == Answer::accepted);
    CHECK_FALSE(scan.versions[0].complete);
    CHECK(scan.versions[1].answer == Answer::unchecked);
    CHECK(scan.versions[1].detail == "connection refused");
    CHECK(ids_of(scan) == Words{"tls-scan-incomplete: TLSv1.3: connection refused, TLSv1.2: connection "
                                "refused, TLSv1.1: connection refused, TLSv1: connection refused"});
}

TEST_CASE("a server that chooses what was not offered is asked no further") {
    Server server;
    server.accepts("TLS_AES_256_GCM_SHA384");
    server.accepts("TLS_AES_256_GCM_SHA384");
    for (int i = 0; i < 3; ++i)
        server.ends_the_list();
    const auto scan = server.scan();
    CHECK(scan.versions[0].ciphers == Words{"TLS_AES_256_GCM_SHA384"});
    CHECK_FALSE(scan.versions[0].complete);
}

TEST_CASE("the handshakes of one version are bounded") {
    Server server;
    server.handshakes = 3;
    for (int i = 0; i < 12; ++i)
        server.accepts("CIPHER-" + std::to_string(i));
    const auto scan = server.scan();
    for (const auto& version : scan.versions) {
        CHECK(version.ciphers.size() == 3);
        CHECK_FALSE(version.complete);
    }
    CHECK(server.dialer.connected.size() == 12);
}

TEST_CASE("a version whose handshake ends for want of a client certificate is accepted") {
    Server server;
    server.dialer.accept(address, 465)
        .tls(base::Error{.kind = base::ErrorKind::unavailable,
                         .message = "alert: " + std::string(net::client_certificate_wanted)});
    for (int i = 0; i < 3; ++i)
        server.ends_the_list();
    const auto scan = server.scan();
    CHECK(scan.versions[0].answer == Answer::accepted);
    CHECK_FALSE(scan.versions[0].complete);
}

TEST_CASE("a scan with STARTTLS says QUIT inside TLS, and scans the configured endpoint only") {
    Scene scene(587, relay::Security::tls);
    scene.options.tls_scan = true;
    works_with_starttls(scene.accept(587));
    for (int i = 0; i < 4; ++i) {
        auto& dialogue = scene.accept(587);
        greet(dialogue);
        dialogue.server(clear_keywords).client("STARTTLS\r\n").server("220 go\r\n").tls(alert());
    }
    const auto report = scene.probe();
    REQUIRE(report.tls_scan);
    CHECK(report.tls_scan->endpoint == app::ProbeEndpoint{587, relay::Security::tls});
    CHECK(report.tls_scan->versions.size() == 4);
    CHECK(scene.dialer.connected.size() == 5);
}
