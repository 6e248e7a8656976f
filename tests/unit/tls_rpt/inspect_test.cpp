#include "tls_rpt/inspect.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "net/run.hpp"
#include "support/fake_resolver.hpp"

namespace {

using finding::Verdict;

tls_rpt::Inspection inspect(dns::Resolver& resolver) {
    return net::run(tls_rpt::inspect(resolver, base::DomainName::parse("example.com").value())).value();
}

std::vector<std::string> ids(const tls_rpt::Inspection& inspection) {
    std::vector<std::string> all;
    for (const auto& finding : inspection.findings)
        all.push_back(finding.id);
    return all;
}

// A domain with a mail host; the record at _smtp._tls, when there is one.
test::FakeResolver domain(std::vector<std::string> records) {
    test::FakeResolver resolver;
    resolver.mx("example.com", 10, "mail.example.com");
    for (auto& record : records)
        resolver.txt("_smtp._tls.example.com", std::move(record));
    return resolver;
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("a record in order is good [RPT-01]") {
    auto resolver = domain({"v=TLSRPTv1; rua=mailto:tls@example.com"});
    const auto result = inspect(resolver);
    CHECK(ids(result) == Ids{});
    CHECK(result.verdict == Verdict::good);
    CHECK(result.name == "_smtp._tls.example.com");
    CHECK(result.record == "v=TLSRPTv1; rua=mailto:tls@example.com");
    CHECK(result.destinations == std::vector<std::string>{"mailto:tls@example.com"});
}

TEST_CASE("no record at all is good, with what to publish [RPT-01]") {
    auto resolver = domain({});
    const auto result = inspect(resolver);
    CHECK(ids(result) == Ids{"tls-rpt-no-record"});
    CHECK(result.verdict == Verdict::good);
    CHECK(result.findings[0].severity == finding::Severity::info);
    CHECK(result.findings[0].remedy ==
          "_smtp._tls.example.com. IN TXT \"v=TLSRPTv1; rua=mailto:<mailbox>@example.com\"");
}

TEST_CASE("two records count as none [RPT-01]") {
    auto resolver = domain({"v=TLSRPTv1; rua=mailto:a@example.com", "v=TLSRPTv1; rua=mailto:b@example.com"});
    const auto result = inspect(resolver);
    CHECK(ids(result) == Ids{"tls-rpt-several-records"});
    CHECK(result.verdict == Verdict::bad);
    CHECK(result.record.empty());
}

TEST_CASE("other texts beside the record are discarded and told [RPT-01]") {
    auto resolver = domain({"hello", "v=TLSRPTv1; rua=mailto:a@example.com"});
    const auto result = inspect(resolver);
    CHECK(ids(result) == Ids{"tls-rpt-unrelated-text"});
    CHECK(result.verdict == Verdict::good);
}

TEST_CASE("a near-miss beside the record is discarded, and is to be removed [RPT-01]") {
    auto resolver = domain({"v=TLSRPTv2; rua=mailto:b@example.com", "v=TLSRPTv1; rua=mailto:a@example.com"});
    const auto result = inspect(resolver);
    CHECK(ids(result) == Ids{"tls-rpt-discarded"});
    CHECK(result.findings.at(0).remedy == "Remove it, and leave the record beside it.");
    CHECK(result.verdict == Verdict::good);
}

TEST_CASE("a near-miss alone is bad and not called missing [RPT-01]") {
    auto resolver = domain({"v=TLSRPTv1 rua=mailto:a@example.com"});
    const auto result = inspect(resolver);
    CHECK(ids(result) == Ids{"tls-rpt-near-miss"});
    CHECK(result.verdict == Verdict::bad);
}

TEST_CASE("a record at a wrong name is found [RPT-01]") {
    for (const auto* place : {"_smtp._tls.example.com.example.com", "_tls.example.com",
                              "_smtp-tlsrpt.example.com", "example.com"}) {
        auto resolver = domain({});
        resolver.txt(place, "v=TLSRPTv1; rua=mailto:a@example.com");
        const auto result = inspect(resolver);
        CHECK(ids(result) == Ids{"tls-rpt-misplaced"});
        CHECK(result.findings.at(0).observed == std::string("a record stands at ") + place);
        CHECK(result.verdict == Verdict::bad);
    }
}

TEST_CASE("a domain that does not exist is told as that") {
    test::FakeResolver resolver;
    const auto result = inspect(resolver);
    CHECK(ids(result) == Ids{"tls-rpt-no-domain"});
    CHECK(result.verdict == Verdict::bad);
}

TEST_CASE("a DNS failure could not be checked") {
    auto resolver = domain({});
    resolver.fail("_smtp._tls.example.com", dns::Status::timeout);
    const auto result = inspect(resolver);
    CHECK(ids(result) == Ids{"dns-timeout"});
    CHECK(result.verdict == Verdict::unchecked);
    CHECK(result.status == dns::Status::timeout);
}

TEST_CASE("a CNAME to nowhere is told") {
    auto resolver = domain({});
    resolver.cname("_smtp._tls.example.com", "gone.provider.test");
    const auto result = inspect(resolver);
    CHECK(ids(result) == Ids{"dns-alias-dangling"});
    CHECK(result.verdict == Verdict::bad);
}

TEST_CASE("faults of the record make it bad [RPT-02]") {
    auto resolver = domain({"v=TLSRPTv1; rua=http://r.example/"});
    const auto result = inspect(resolver);
    CHECK(ids(result) == Ids{"tls-rpt-scheme"});
    CHECK(result.verdict == Verdict::bad);
    CHECK(result.destinations.empty());
}

TEST_CASE("a mailbox whose domain takes no mail is told [RPT-03]") {
    const auto check = [](const std::function<void(test::FakeResolver&)>& prepare) {
        auto resolver = domain({"v=TLSRPTv1; rua=mailto:a@reports.test"});
        prepare(resolver);
        return inspect(resolver);
    };
    const auto gone = check([](test::FakeResolver&) {});
    CHECK(ids(gone) == Ids{"tls-rpt-no-mail"});
    CHECK(gone.verdict == Verdict::good);
    CHECK(gone.findings[0].observed == "reports.test does not exist (NXDOMAIN)");
    CHECK(gone.findings[0].text == "v=TLSRPTv1; rua=mailto:a@reports.test");
    CHECK(gone.findings[0].offset == 16);
    const auto null = check([](test::FakeResolver& resolver) { resolver.mx("reports.test", 0, "."); });
    CHECK(null.findings.at(0).observed == "reports.test takes no mail (null MX)");
    const auto bare = check([](test::FakeResolver& resolver) { resolver.txt("reports.test", "x"); });
    CHECK(bare.findings.at(0).observed == "reports.test has no MX, A or AAAA record");
    const auto implicit =
        check([](test::FakeResolver& resolver) { resolver.a("reports.test", "2001:db8::1"); });
    CHECK(ids(implicit) == Ids{});
    const auto failed =
        check([](test::FakeResolver& resolver) { resolver.fail("reports.test", dns::Status::servfail); });
    CHECK(ids(failed) == Ids{"tls-rpt-unverified"});
    CHECK(failed.findings.at(0).observed == "the MX look-up of reports.test failed: SERVFAIL");
    CHECK(failed.verdict == Verdict::good);
    const auto dangling =
        check([](test::FakeResolver& resolver) { resolver.cname("reports.test", "gone.test"); });
    CHECK(ids(dangling) == Ids{"tls-rpt-no-mail"});
}

TEST_CASE("an https host without an address is told [RPT-03]") {
    auto resolver = domain({"v=TLSRPTv1; rua=https://reports.test:8443/v1"});
    const auto result = inspect(resolver);
    CHECK(ids(result) == Ids{"tls-rpt-no-host"});
    CHECK(result.verdict == Verdict::good);
    resolver.a("reports.test", "192.0.2.1");
    CHECK(ids(inspect(resolver)) == Ids{});
    resolver.fail("reports.test", dns::Status::timeout);
    CHECK(ids(inspect(resolver)) == Ids{"tls-rpt-unverified"});
    CHECK(inspect(resolver).verdict == Verdict::good);
}

TEST_CASE("only so many destinations are asked for") {
    std::string record = "v=TLSRPTv1; rua=mailto:a@example.com";
    for (int i = 0; i < 60; ++i)
        record += ",mailto:a@h" + std::to_string(i) + ".test";
    auto resolver = domain({record});
    const auto result = inspect(resolver);
    CHECK(std::count(resolver.asked.begin(), resolver.asked.end(), "h8.test MX") == 1);
    CHECK(std::count(resolver.asked.begin(), resolver.asked.end(), "h9.test MX") == 0);
}

TEST_CASE("presence is asked for with one question") {
    const auto presence = [](test::FakeResolver resolver) {
        return net::run(tls_rpt::ask_presence(resolver, base::DomainName::parse("example.com").value()))
            .value();
    };
    CHECK(presence(domain({"v=TLSRPTv1; rua="})) == tls_rpt::Presence::yes);
    CHECK(presence(domain({"x"})) == tls_rpt::Presence::no);
    auto failing = domain({});
    failing.fail("_smtp._tls.example.com", dns::Status::servfail);
    CHECK(presence(std::move(failing)) == tls_rpt::Presence::unknown);
}
