#include "probe_scene.hpp"

namespace probe_test {

net::TlsInfo tls_with(net::CertificateStatus status, std::string reason) {
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

net::TlsInfo good_tls() {
    return tls_with(net::CertificateStatus::ok);
}

void bye(test::Dialogue& dialogue) {
    dialogue.client("QUIT\r\n").server("221 bye\r\n");
}

void greet(test::Dialogue& dialogue) {
    dialogue.server("220 mail.example ESMTP\r\n").client(hello);
}

void works_in_clear(test::Dialogue& dialogue) {
    greet(dialogue);
    bye(dialogue.server(clear_keywords));
}

void works_with_starttls(test::Dialogue& dialogue, net::TlsInfo info) {
    greet(dialogue);
    dialogue.server(clear_keywords).client("STARTTLS\r\n").server("220 go\r\n").tls(std::move(info));
    bye(dialogue.client(hello).server(tls_keywords));
}

void works_with_implicit_tls(test::Dialogue& dialogue, net::TlsInfo info) {
    dialogue.tls(std::move(info)).server("220 mail.example ESMTP\r\n");
    bye(dialogue.client(hello).server(tls_keywords));
}

void answers_tls_in_clear(test::Dialogue& dialogue) {
    dialogue.tls(
        base::Error{.kind = base::ErrorKind::unavailable,
                    .message = std::string(net::plain_text_answer) + ": \"220 mail.example ESMTP\""});
}

Scene::Scene() {
    resolver.a("mail.example", address);
    options.ehlo_name = "client.example";
    options.endpoints = app::probe_endpoints({}, {}, std::nullopt);
}

Scene::Scene(std::uint16_t port, relay::Security security) : Scene() {
    target.relay = "news";
    target.own = app::ProbeEndpoint{.port = port, .security = security};
    target.configured = target.own;
    options.endpoints = {*target.configured};
}

base::Result<app::ProbeReport> Scene::try_probe() {
    app::ProbeServices services{.resolver = resolver, .dialer = dialer, .clock = clock};
    return net::run(app::probe_relay(services, target, options));
}

app::ProbeReport Scene::probe() {
    auto report = try_probe();
    REQUIRE(report.has_value());
    return std::move(*report);
}

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

}  // namespace probe_test
