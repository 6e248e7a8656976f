// --mta-sts and --all-addresses, at hosts that a script plays.
#include "app/probe_policy.hpp"

#include "app/probe_address_findings.hpp"
#include "probe_scene.hpp"

using namespace probe_test;
using finding::Verdict;
using relay::Security;

namespace {

mta_sts::Inspection policy_of(const std::string& mode, const std::string& mx) {
    mta_sts::Inspection inspection;
    inspection.url = "https://mta-sts.example.com/.well-known/mta-sts.txt";
    inspection.http_status = 200;
    inspection.policy_text = "version: STSv1\nmode: " + mode + "\nmx: " + mx + "\nmax_age: 604800\n";
    inspection.policy = mta_sts::parse_policy(inspection.policy_text).value();
    inspection.verdict = Verdict::good;
    return inspection;
}

// A report of port 25 with STARTTLS.
app::ProbeReport report_with(net::TlsInfo tls) {
    Scene scene(25, Security::tls);
    works_with_starttls(scene.accept(25), std::move(tls));
    auto report = scene.probe();
    report.findings.clear();
    return report;
}

app::ProbeReport judged(app::ProbeReport report, const mta_sts::Inspection& inspection) {
    app::judge_policy(report, base::DomainName::parse("example.com").value(), inspection);
    return report;
}

}  // namespace

TEST_CASE("A host is held against the domain's policy [PROBE-15]") {
    const auto good = judged(report_with(good_tls()), policy_of("enforce", "*.example"));
    CHECK(ids(good) == Words{"mta-sts-host-ok"});
    CHECK(good.verdict == Verdict::good);
    CHECK(good.mta_sts->pattern == "*.example");
    CHECK(good.mta_sts->tls_verifies == true);

    const auto other = judged(report_with(good_tls()), policy_of("enforce", "mx.example"));
    CHECK(ids(other) == Words{"mta-sts-mx-not-covered"});
    CHECK(other.verdict == Verdict::bad);
    const auto later = judged(report_with(good_tls()), policy_of("testing", "mx.example"));
    CHECK(ids(later) == Words{"mta-sts-mx-not-covered-testing", "mta-sts-mode-testing"});
    CHECK(later.verdict == Verdict::good);
}

TEST_CASE("A certificate that does not verify breaks an enforced policy only [PROBE-15]") {
    const auto bad = tls_with(net::CertificateStatus::expired, "yesterday");
    const auto enforced = judged(report_with(bad), policy_of("enforce", "mail.example"));
    CHECK(ids(enforced) == Words{"mta-sts-tls-fails"});
    CHECK(enforced.findings[0].observed == "certificate expired: yesterday");
    CHECK(enforced.mta_sts->verdict == Verdict::bad);
    const auto testing = judged(report_with(bad), policy_of("testing", "mail.example"));
    CHECK(ids(testing) == Words{"mta-sts-tls-fails-testing", "mta-sts-mode-testing"});
    CHECK(testing.mta_sts->verdict == Verdict::good);
    const auto none = judged(report_with(bad), policy_of("none", "mail.example"));
    CHECK(ids(none) == Words{"mta-sts-mode-none"});
}

TEST_CASE("What was not seen of TLS decides nothing [PROBE-15]") {
    auto pinned = report_with(good_tls());
    pinned.target.fingerprint = std::string(64, 'a');
    const auto judged_pin = judged(std::move(pinned), policy_of("enforce", "mail.example"));
    CHECK(ids(judged_pin) == Words{"mta-sts-tls-unknown"});
    CHECK(judged_pin.verdict == Verdict::unchecked);

    Scene clear(25, Security::none);
    works_in_clear(clear.accept(25));
    const auto in_clear = judged(clear.probe(), policy_of("enforce", "mail.example"));
    CHECK(find(in_clear, "mta-sts-tls-unknown").observed.starts_with("port 25 with tls was not tried"));
}

TEST_CASE("A policy is about port 25: the ports of submission are not judged by it [PROBE-15]") {
    Scene scene(465, Security::ssl);
    works_with_implicit_tls(scene.accept(465), tls_with(net::CertificateStatus::expired));
    const auto report = judged(scene.probe(), policy_of("enforce", "mail.example"));
    CHECK_FALSE(report.mta_sts->port.has_value());
    CHECK_FALSE(report.mta_sts->tls_verifies.has_value());
    CHECK(report.mta_sts->verdict == Verdict::unchecked);
    CHECK(find(report, "mta-sts-tls-unknown").remedy ==
          "relayctl probe mail.example --port 25 --security tls --mta-sts example.com");
}

TEST_CASE("A policy that is invalid counts as none, and why it is so is told") {
    auto inspection = policy_of("enforce", "mail.example");
    inspection.policy_text = "version: STSv1\nmode: enforce\nmx: mail.example\n";  // no max_age
    inspection.verdict = Verdict::bad;
    inspection.findings = {finding::make("mta-sts-policy-max-age", inspection.url, "no max_age: line")};
    const auto report = judged(report_with(good_tls()), inspection);
    CHECK(ids(report) == Words{"mta-sts-policy-max-age"});
    CHECK_FALSE(report.mta_sts->policy.has_value());
    CHECK(report.verdict == Verdict::bad);
}

TEST_CASE("Each address of a host has a result of its own when asked for [PROBE-14]") {
    Scene scene(587, Security::tls);
    scene.resolver.a("mail.example", "192.0.2.26");
    scene.options.all_addresses = true;
    works_with_starttls(scene.accept(587));
    scene.dialer.refuse(scene.dialer.at("192.0.2.26", 587), "timed out");
    const auto report = scene.probe();
    REQUIRE(report.by_address.size() == 2);
    CHECK(report.by_address[0].verdict == Verdict::good);
    CHECK(report.by_address[1].verdict == Verdict::unchecked);
    CHECK(report.address == base::IpAddress::parse(address).value());
    CHECK(find(report, "smtp-address-silent").observed == "192.0.2.26: no answer");
    CHECK(report.verdict == Verdict::unchecked);
}

TEST_CASE("Of addresses where nothing works, the report is of the one that answers [PROBE-14]") {
    Scene scene(587, Security::tls);
    scene.resolver.a("mail.example", "192.0.2.26");
    scene.options.all_addresses = true;
    scene.dialer.refuse(scene.dialer.at(address, 587));
    scene.dialer.accept("192.0.2.26", 587).server("554 5.7.1 your address is blocked\r\n");
    const auto report = scene.probe();
    CHECK(report.address == base::IpAddress::parse("192.0.2.26").value());
    CHECK(report.combinations.front().reason == "greeting 554");
    CHECK(report.verdict == Verdict::bad);
}

namespace {

// What the two addresses of a host make of it, on 587: the first is IPv6 where `second` is.
app::ProbeReport two_addresses(std::string_view second,
                               const std::function<void(test::Dialogue&)>& its_dialogue) {
    Scene scene(587, Security::tls);
    scene.resolver.a("mail.example", second);
    scene.options.all_addresses = true;
    works_with_starttls(scene.accept(587));
    if (its_dialogue) its_dialogue(scene.dialer.accept(second, 587));
    if (!its_dialogue) scene.dialer.refuse(scene.dialer.at(second, 587), "no route to host");
    return scene.probe();
}

}  // namespace

TEST_CASE("Addresses that work and do not offer the same are told [PROBE-14]") {
    const auto less = two_addresses("192.0.2.26", [](test::Dialogue& dialogue) {
        greet(dialogue);
        dialogue.server(clear_keywords).client("STARTTLS\r\n").server("220 go\r\n").tls(good_tls());
        bye(dialogue.client(hello).server("250-mail.example\r\n250-SIZE 1000\r\n250 AUTH LOGIN\r\n"));
    });
    CHECK(less.verdict == Verdict::good);
    CHECK(find(less, "smtp-addresses-differ").observed ==
          "192.0.2.26: it offers SIZE, AUTH LOGIN; the other SIZE, AUTH LOGIN, AUTH PLAIN");

    const auto other_certificate = two_addresses("192.0.2.26", [](test::Dialogue& dialogue) {
        auto tls = good_tls();
        tls.chain.front().fingerprint_sha256 = std::string(64, 'b');
        works_with_starttls(dialogue, std::move(tls));
    });
    CHECK(
        find(other_certificate, "smtp-addresses-differ").observed ==
        "192.0.2.26: it shows a certificate that ends at 2027-02-01; the other one that ends at 2027-02-01");

    const auto same =
        two_addresses("192.0.2.26", [](test::Dialogue& dialogue) { works_with_starttls(dialogue); });
    CHECK(ids(same) == Words{"smtp-auth-only-after-tls"});
}

TEST_CASE("A way in that works at one address and not at another is told [PROBE-14]") {
    const auto cell = [](std::uint16_t port, Verdict verdict, std::string reason) {
        app::Combination made;
        made.endpoint = {.port = port, .security = Security::tls};
        made.verdict = verdict;
        made.reason = std::move(reason);
        return made;
    };
    app::ProbeReport report{.target = {.host = relay::Host::parse("mail.example").value()}};
    report.verdict = Verdict::good;
    report.address = base::IpAddress::parse("192.0.2.25").value();
    report.combinations = {cell(25, Verdict::good, ""), cell(587, Verdict::good, "")};
    app::AddressResult other;
    other.address = base::IpAddress::parse("192.0.2.26").value();
    other.verdict = Verdict::good;
    other.combinations = {cell(25, Verdict::good, ""), cell(587, Verdict::bad, "greeting 421")};
    report.by_address = {other};
    app::judge_addresses(report);
    CHECK(report.verdict == Verdict::good);
    CHECK(find(report, "smtp-addresses-differ").observed ==
          "192.0.2.26: 587 tls does not work there, and does at the other: greeting 421");
}

TEST_CASE("IPv6 that is refused, or that has no way there, beside IPv4 that works [PROBE-14]") {
    const auto refused = two_addresses(
        "2001:db8::25", [](test::Dialogue& dialogue) { bye(dialogue.server("550 5.7.25 no PTR\r\n")); });
    CHECK(refused.verdict == Verdict::bad);
    CHECK(find(refused, "smtp-address-fails").observed == "2001:db8::25: 550 5.7.25 no PTR");
    CHECK(find(refused, "smtp-address-fails").remedy.find("reverse DNS name") != std::string::npos);

    const auto no_way = two_addresses("2001:db8::25", {});
    CHECK(no_way.verdict == Verdict::unchecked);
    CHECK(find(no_way, "smtp-address-silent").remedy.find("no way to IPv6") != std::string::npos);
}
