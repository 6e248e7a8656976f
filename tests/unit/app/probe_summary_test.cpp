#include "app/probe_summary.hpp"

#include "probe_scene.hpp"

using namespace probe_test;
using app::Combination;
using app::ProbeEndpoint;
using app::Problem;
using finding::Verdict;
using relay::Security;

namespace {

Combination combination(std::uint16_t port, Security security, Verdict verdict) {
    Combination cell;
    cell.endpoint = {.port = port, .security = security};
    cell.verdict = verdict;
    return cell;
}

Combination with_tls(Combination cell) {
    cell.tls = good_tls();
    return cell;
}

app::ProbeReport report_of(std::vector<Combination> combinations) {
    app::ProbeReport report{.target = {.host = relay::Host::parse("mail.example").value()}};
    report.addresses = {base::IpAddress::parse(address).value()};
    report.combinations = std::move(combinations);
    return report;
}

}  // namespace

TEST_CASE("of a host it is told of where mail is most usually handed in, as far as it came to TLS there") {
    const auto bad = Verdict::bad;
    auto report =
        report_of({with_tls(combination(25, Security::tls, bad)), combination(465, Security::ssl, bad),
                   with_tls(combination(587, Security::tls, bad))});
    CHECK(app::told_combination(report) == 2);
    CHECK(app::told_combination_with_tls(report) == 2);
    CHECK(app::deciding_combination(report) == 2);
    report.combinations[2].tls.reset();
    CHECK(app::told_combination(report) == 0);
    CHECK(app::deciding_combination(report) == 0);
    report.combinations[0].tls.reset();
    report.combinations[1].problem = Problem::handshake_failed;
    CHECK(app::told_combination(report) == 1);
    report.combinations[1].problem = Problem::closed;
    CHECK(app::told_combination(report) == std::nullopt);
    CHECK(app::deciding_combination(report) == 2);
}

TEST_CASE("a way in that works is told of before one that does not, and a check beside it changes nothing") {
    auto report = report_of({with_tls(combination(25, Security::tls, Verdict::good)),
                             with_tls(combination(587, Security::tls, Verdict::bad))});
    CHECK(app::told_combination(report) == 0);
    report.verdict = Verdict::bad;
    CHECK(app::told_combination(report) == 0);
    CHECK(app::deciding_combination(report) == 0);
}

TEST_CASE("where an endpoint is configured it is told of, and of TLS another when it is in clear text") {
    auto report = report_of({combination(25, Security::none, Verdict::good),
                             with_tls(combination(25, Security::tls, Verdict::good)),
                             combination(465, Security::ssl, Verdict::bad)});
    report.configured = 0;
    CHECK(app::told_combination(report) == 0);
    CHECK(app::told_combination_with_tls(report) == 1);
    report.configured = 2;
    CHECK(app::told_combination(report) == 2);
    CHECK(app::told_combination_with_tls(report) == 2);
}

TEST_CASE("the findings of a host and its scan are of the endpoint that is told of") {
    Scene scene;
    scene.options.tls_scan = true;
    const auto unknown = tls_with(net::CertificateStatus::unknown_issuer, "its issuer is not known");
    for (const std::uint16_t port : {std::uint16_t{25}, std::uint16_t{587}}) {
        works_in_clear(scene.accept(port));
        works_with_starttls(scene.accept(port), unknown);
        answers_tls_in_clear(scene.accept(port));
    }
    const auto report = scene.probe();
    const auto told = app::told_combination(report);
    REQUIRE(told.has_value());
    CHECK(report.combinations[*told].endpoint == ProbeEndpoint{587, Security::tls});
    CHECK(find(report, "tls-certificate-unknown-issuer").subject == "mail.example:587");
    REQUIRE(report.tls_scan.has_value());
    CHECK(report.tls_scan->endpoint == ProbeEndpoint{587, Security::tls});
}
