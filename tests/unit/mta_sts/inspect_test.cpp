#include "mta_sts/inspect.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "net/run.hpp"
#include "support/fake_fetcher.hpp"
#include "support/fake_resolver.hpp"

namespace {

using finding::Verdict;
using Ids = std::vector<std::string>;

constexpr auto policy_host = "mta-sts.example.com";

std::string policy(std::string_view mode, std::string_view mx = "mail.example.com") {
    return "version: STSv1\r\nmode: " + std::string(mode) + "\r\nmx: " + std::string(mx) +
           "\r\nmax_age: 604800\r\n";
}

const std::vector<std::string> no_records;

// example.com with everything in order but the TLSRPT record; each test breaks something.
struct Scene {
    test::FakeResolver resolver;
    test::FakeFetcher fetcher;
    mta_sts::Options options;

    explicit Scene(std::vector<std::string> records = {"v=STSv1; id=20260101"}, bool with_host = true) {
        resolver.mx("example.com", 10, "mail.example.com");
        for (auto& record : records)
            resolver.txt("_mta-sts.example.com", std::move(record));
        if (with_host) resolver.a(policy_host, "192.0.2.80");
        fetcher.page(policy_host, policy("enforce"));
    }
    void report() { resolver.txt("_smtp._tls.example.com", "v=TLSRPTv1; rua=mailto:a@example.com"); }

    mta_sts::Inspection inspect() {
        const auto domain = base::DomainName::parse("example.com").value();
        return net::run(mta_sts::inspect(resolver, fetcher, domain, options)).value();
    }
};

Scene good() {
    Scene scene;
    scene.report();
    return scene;
}

Ids ids(const mta_sts::Inspection& inspection) {
    Ids all;
    for (const auto& finding : inspection.findings)
        all.push_back(finding.id);
    return all;
}

}  // namespace

TEST_CASE("a domain with all in order is good, and everything is there to show") {
    auto scene = good();
    scene.resolver.a(policy_host, "2001:db8::80");
    scene.resolver.mx("example.com", 20, "Backup.example.com");
    scene.fetcher.page(policy_host, policy("enforce", "*.example.com"), "text/plain; charset=utf-8");
    const auto result = scene.inspect();
    CHECK(ids(result) == Ids{});
    CHECK(result.verdict == Verdict::good);
    CHECK(result.name == "_mta-sts.example.com");
    CHECK(result.record == "v=STSv1; id=20260101");
    CHECK(result.id == "20260101");
    CHECK(result.url == "https://mta-sts.example.com/.well-known/mta-sts.txt");
    CHECK(result.addresses == std::vector{base::IpAddress::parse("192.0.2.80").value(),
                                          base::IpAddress::parse("2001:db8::80").value()});
    CHECK(result.http_status == 200);
    CHECK(result.policy_text == policy("enforce", "*.example.com"));
    CHECK(result.policy.value().max_age == 604'800);
    CHECK(result.hosts == std::vector<mta_sts::HostMatch>{{"mail.example.com", "*.example.com"},
                                                          {"backup.example.com", "*.example.com"}});
}

TEST_CASE("the policy is asked for at its host and nowhere else") {
    auto scene = good();
    scene.options.ca_file = "/ca.pem";
    scene.options.port = 8443;
    scene.options.timeout = std::chrono::seconds(7);
    const auto before = net::Deadline::clock::now();
    (void)scene.inspect();
    REQUIRE(scene.fetcher.requests.size() == 1);
    const auto& request = scene.fetcher.requests[0];
    CHECK(request.host == policy_host);
    CHECK(request.path == "/.well-known/mta-sts.txt");
    CHECK(request.addresses == std::vector{base::IpAddress::parse("192.0.2.80").value()});
    CHECK(request.ca_file == "/ca.pem");
    CHECK(request.port == 8443);
    CHECK(request.limit == 65'536);
    CHECK(request.deadline - before >= std::chrono::seconds(7));
    CHECK(request.deadline - before < std::chrono::seconds(9));
}

TEST_CASE("no record is good: nothing is fetched [STS-01]") {
    Scene scene(no_records);
    const auto result = scene.inspect();
    CHECK(ids(result) == Ids{"mta-sts-no-record"});
    CHECK(result.findings[0].remedy ==
          "Serve a policy at https://mta-sts.example.com/.well-known/mta-sts.txt, then publish v=STSv1; "
          "id=20260101T000000 at _mta-sts.example.com");
    CHECK(result.findings[0].severity == finding::Severity::info);
    CHECK(result.verdict == Verdict::good);
    CHECK(scene.fetcher.requests.empty());
}

TEST_CASE("a domain that does not exist is told as that") {
    test::FakeResolver resolver;
    test::FakeFetcher fetcher;
    const auto domain = base::DomainName::parse("example.com").value();
    const auto result = net::run(mta_sts::inspect(resolver, fetcher, domain)).value();
    CHECK(ids(result) == Ids{"mta-sts-no-domain"});
    CHECK(result.verdict == Verdict::bad);
}

TEST_CASE("two records count as none [STS-01]") {
    Scene scene({"v=STSv1; id=1", "v=STSv1; id=2"});
    const auto result = scene.inspect();
    CHECK(ids(result) == Ids{"mta-sts-several-records"});
    CHECK(result.verdict == Verdict::bad);
    CHECK(scene.fetcher.requests.empty());
}

TEST_CASE("other texts beside the record are discarded and told [STS-01]") {
    Scene scene({"hello", "v=STSv1; id=1"});
    scene.report();
    const auto result = scene.inspect();
    CHECK(ids(result) == Ids{"mta-sts-unrelated-text"});
    CHECK(result.verdict == Verdict::good);
}

TEST_CASE("a near-miss beside the record is discarded, and is to be removed [STS-01]") {
    Scene scene({"v=STSv2; id=2", "v=STSv1; id=1"});
    scene.report();
    const auto result = scene.inspect();
    CHECK(ids(result) == Ids{"mta-sts-discarded"});
    CHECK(result.findings.at(0).remedy == "Remove it, and leave the record beside it.");
    CHECK(result.verdict == Verdict::good);
}

TEST_CASE("near-misses are bad and never called missing [STS-01]") {
    for (const auto* text : {" v=STSv1; id=1", "v=STSV1; id=1", "\"v=STSv1; id=1\"", "v=STSv1 id=1"}) {
        Scene scene({text});
        const auto result = scene.inspect();
        CHECK(ids(result) == Ids{"mta-sts-near-miss"});
        CHECK(result.verdict == Verdict::bad);
    }
}

TEST_CASE("a record at a wrong name is found [STS-01]") {
    for (const auto* place : {"_mta-sts.example.com.example.com", "mta-sts.example.com", "example.com"}) {
        Scene scene(no_records);
        scene.resolver.txt(place, "v=STSv1; id=1");
        const auto result = scene.inspect();
        CHECK(ids(result) == Ids{"mta-sts-misplaced"});
        CHECK(result.findings.at(0).observed == std::string("a record stands at ") + place);
        CHECK(result.verdict == Verdict::bad);
    }
}

TEST_CASE("a record without a usable id is bad, and the policy is still looked at [STS-02]") {
    Scene scene({"v=STSv1; id=2026-01-01"});
    scene.report();
    const auto result = scene.inspect();
    CHECK(ids(result) == Ids{"mta-sts-id-invalid"});
    CHECK(result.verdict == Verdict::bad);
    CHECK(result.id.empty());
    CHECK(result.http_status == 200);
}

TEST_CASE("a DNS failure could not be checked") {
    Scene scene(no_records);
    scene.resolver.fail("_mta-sts.example.com", dns::Status::servfail);
    const auto result = scene.inspect();
    CHECK(ids(result) == Ids{"dns-servfail"});
    CHECK(result.verdict == Verdict::unchecked);
}

TEST_CASE("a policy host without an address is told [STS-03]") {
    Scene scene({"v=STSv1; id=1"}, false);
    scene.report();
    const auto result = scene.inspect();
    CHECK(ids(result) == Ids{"mta-sts-no-host"});
    CHECK(result.verdict == Verdict::bad);
    CHECK(scene.fetcher.requests.empty());
    CHECK(result.hosts.empty());
}

TEST_CASE("a policy host whose addresses cannot be asked is not called missing [STS-03]") {
    Scene scene({"v=STSv1; id=1"}, false);
    scene.report();
    scene.resolver.fail(policy_host, dns::Status::timeout);
    const auto result = scene.inspect();
    CHECK(ids(result) == Ids{"dns-timeout"});
    CHECK(result.verdict == Verdict::unchecked);
}

TEST_CASE("faults on the way to the policy are told [STS-03]") {
    const auto check = [](http::Fault fault, std::string_view id, Verdict verdict) {
        auto scene = good();
        scene.fetcher.fault(policy_host, fault, "the reason");
        const auto result = scene.inspect();
        CHECK(ids(result) == Ids{std::string(id)});
        CHECK(result.findings.at(0).observed == "the reason");
        CHECK(result.findings.at(0).subject == result.url);
        CHECK(result.verdict == verdict);
    };
    check(http::Fault::certificate, "mta-sts-certificate", Verdict::bad);
    check(http::Fault::refused, "mta-sts-no-answer", Verdict::bad);
    check(http::Fault::too_large, "mta-sts-too-large", Verdict::bad);
    check(http::Fault::timeout, "mta-sts-not-fetched", Verdict::unchecked);
    check(http::Fault::unreachable, "mta-sts-not-fetched", Verdict::unchecked);
}

TEST_CASE("without libcurl the policy could not be checked, with what to install [STS-03]") {
    auto scene = good();
    scene.fetcher.error({.kind = base::ErrorKind::unavailable,
                         .message = "HTTPS needs libcurl",
                         .hint = "apt-get install libcurl4"});
    const auto result = scene.inspect();
    CHECK(ids(result) == Ids{"mta-sts-not-fetched"});
    CHECK(result.findings.at(0).remedy == "apt-get install libcurl4");
    CHECK(result.verdict == Verdict::unchecked);
}

TEST_CASE("a redirect is told with its target [STS-03]") {
    auto scene = good();
    scene.fetcher.status(policy_host, 301, "https://www.example.com/x");
    auto result = scene.inspect();
    CHECK(ids(result) == Ids{"mta-sts-redirect"});
    CHECK(result.findings.at(0).observed == "status 301, to \"https://www.example.com/x\"");
    CHECK(result.verdict == Verdict::bad);
    scene.fetcher.status(policy_host, 302);
    CHECK(scene.inspect().findings.at(0).observed == "status 302, without a location");
}

TEST_CASE("any status but 200 is told [STS-03]") {
    for (const unsigned status : {204U, 404U, 500U}) {
        auto scene = good();
        scene.fetcher.status(policy_host, status);
        const auto result = scene.inspect();
        CHECK(ids(result) == Ids{"mta-sts-http-status"});
        CHECK(result.findings[0].remedy ==
              "Serve the file at https://mta-sts.example.com/.well-known/mta-sts.txt");
        CHECK(result.http_status == status);
        CHECK(result.policy_text.empty());
        CHECK(result.verdict == Verdict::bad);
    }
}

TEST_CASE("another content type is a warning [STS-04]") {
    for (const std::string type : {"text/html", "application/octet-stream", ""}) {
        auto scene = good();
        scene.fetcher.page(policy_host, policy("enforce"), type);
        const auto result = scene.inspect();
        CHECK(ids(result) == Ids{"mta-sts-content-type"});
        CHECK(result.verdict == Verdict::good);
    }
    auto scene = good();
    scene.fetcher.page(policy_host, policy("enforce"), "Text/Plain;charset=utf-8");
    CHECK(ids(scene.inspect()) == Ids{});
}

TEST_CASE("a policy with faults is bad, and its hosts are matched as far as it can be read [STS-05]") {
    auto scene = good();
    scene.fetcher.page(policy_host, "version: STSv1\nmode: enforce\nmx: mail.example.com\n");
    const auto result = scene.inspect();
    CHECK(ids(result) == Ids{"mta-sts-policy-max-age"});
    CHECK(result.verdict == Verdict::bad);
    CHECK(result.hosts == std::vector<mta_sts::HostMatch>{{"mail.example.com", "mail.example.com"}});
}

TEST_CASE("an MX host that an enforced policy does not cover is an error [STS-07]") {
    auto scene = good();
    scene.resolver.mx("example.com", 20, "other.example.net");
    const auto result = scene.inspect();
    CHECK(ids(result) == Ids{"mta-sts-mx-not-covered"});
    CHECK(result.findings.at(0).subject == "other.example.net");
    CHECK(result.findings.at(0).remedy ==
          "Add to the policy: mx: other.example.net; then change id= of the record");
    CHECK(result.verdict == Verdict::bad);
}

TEST_CASE("in test mode it is a warning [STS-07]") {
    auto scene = good();
    scene.fetcher.page(policy_host, policy("testing", "else.example.com"));
    const auto result = scene.inspect();
    CHECK(ids(result) ==
          Ids{"mta-sts-mode-testing", "mta-sts-mx-not-covered-testing", "mta-sts-pattern-unused"});
    CHECK(result.verdict == Verdict::good);
}

TEST_CASE("a pattern that matches no MX host is told [STS-07]") {
    auto scene = good();
    scene.fetcher.page(policy_host, policy("enforce") + "mx: *.mail.example.com\r\n");
    const auto result = scene.inspect();
    CHECK(ids(result) == Ids{"mta-sts-pattern-unused"});
    CHECK(result.findings.at(0).observed == "mx: *.mail.example.com matches no MX host");
    CHECK(result.verdict == Verdict::good);
}

TEST_CASE("without MX records the domain itself is the host [STS-07]") {
    test::FakeResolver resolver;
    resolver.a("example.com", "192.0.2.1");
    resolver.txt("_mta-sts.example.com", "v=STSv1; id=1");
    resolver.txt("_smtp._tls.example.com", "v=TLSRPTv1; rua=mailto:a@example.com");
    resolver.a(policy_host, "192.0.2.80");
    test::FakeFetcher fetcher;
    fetcher.page(policy_host, policy("enforce", "example.com"));
    const auto domain = base::DomainName::parse("example.com").value();
    const auto result = net::run(mta_sts::inspect(resolver, fetcher, domain)).value();
    CHECK(ids(result) == Ids{});
    CHECK(result.hosts == std::vector<mta_sts::HostMatch>{{"example.com", "example.com"}});
}

TEST_CASE("a policy for a domain without mail is told") {
    const auto check = [](bool null_mx) {
        test::FakeResolver resolver;
        if (null_mx) resolver.mx("example.com", 0, ".");
        resolver.txt("_mta-sts.example.com", "v=STSv1; id=1");
        resolver.txt("_smtp._tls.example.com", "v=TLSRPTv1; rua=mailto:a@example.com");
        resolver.a(policy_host, "192.0.2.80");
        test::FakeFetcher fetcher;
        fetcher.page(policy_host, policy("enforce"));
        const auto domain = base::DomainName::parse("example.com").value();
        const auto result = net::run(mta_sts::inspect(resolver, fetcher, domain)).value();
        CHECK(ids(result) == Ids{"mta-sts-no-mail"});
        CHECK(result.hosts.empty());
        CHECK(result.verdict == Verdict::good);
    };
    check(true);
    check(false);
}

TEST_CASE("MX records that cannot be asked leave the match unchecked [STS-07]") {
    auto scene = good();
    scene.resolver.fail("example.com", dns::Status::timeout);
    const auto result = scene.inspect();
    CHECK(ids(result) == Ids{"dns-timeout"});
    CHECK(result.verdict == Verdict::unchecked);
    CHECK(result.policy.has_value());
}

TEST_CASE("modes that protect nothing are told [STS-08]") {
    auto scene = good();
    scene.fetcher.page(policy_host, policy("testing"));
    CHECK(ids(scene.inspect()) == Ids{"mta-sts-mode-testing"});
    scene.fetcher.page(policy_host, "version: STSv1\nmode: none\nmax_age: 604800\n");
    const auto result = scene.inspect();
    CHECK(ids(result) == Ids{"mta-sts-mode-none"});
    CHECK(result.verdict == Verdict::good);
}

TEST_CASE("a changed policy under the same id is told [STS-08]") {
    auto scene = good();
    scene.options.earlier = mta_sts::Seen{"20260101", policy("testing")};
    CHECK(ids(scene.inspect()) == Ids{"mta-sts-id-unchanged"});
    scene.options.earlier = mta_sts::Seen{"20251231", policy("testing")};
    CHECK(ids(scene.inspect()) == Ids{});
    scene.options.earlier = mta_sts::Seen{"20260101", policy("enforce")};
    CHECK(ids(scene.inspect()) == Ids{});
}

TEST_CASE("MTA-STS without a TLSRPT record is told [STS-08]") {
    Scene scene;
    auto result = scene.inspect();
    CHECK(ids(result) == Ids{"mta-sts-no-tls-rpt"});
    CHECK(result.findings.at(0).remedy ==
          "_smtp._tls.example.com. IN TXT \"v=TLSRPTv1; rua=mailto:<mailbox>@example.com\"");
    scene.resolver.fail("_smtp._tls.example.com", dns::Status::timeout);
    CHECK(ids(scene.inspect()) == Ids{});
}

TEST_CASE("many hosts and patterns give a bounded number of findings") {
    auto scene = good();
    std::string text = policy("enforce");
    for (int i = 0; i < 200; ++i) {
        scene.resolver.mx("example.com", 20, "h" + std::to_string(i) + ".example.net");
        text += "mx: p" + std::to_string(i) + ".example.org\n";
    }
    scene.fetcher.page(policy_host, text);
    const auto result = scene.inspect();
    CHECK(result.hosts.size() == 100);
    CHECK(std::count_if(result.findings.begin(), result.findings.end(),
                        [](const auto& finding) { return finding.id == "mta-sts-mx-not-covered"; }) == 20);
}
