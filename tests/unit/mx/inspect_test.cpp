#include "mx/inspect.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "mail_hosts.hpp"

namespace {

using dns::Status;
using finding::Severity;
using finding::Verdict;
using test::domain;
using test::FakeResolver;
using test::find;
using test::good;
using test::has;
using test::host;
using test::Ids;
using test::ids;
using test::inspect;
using test::with_target;

// Any name below example.com that is not in the table has the records of the domain.
class Wildcard final : public dns::Resolver {
  public:
    explicit Wildcard(FakeResolver& below) : below_(below) {}

    net::Task<dns::Answer> query(dns::Question question) override {
        auto answer = co_await below_.query(question);
        if (answer.status != Status::nxdomain) co_return answer;
        question.name = dns::Name(domain);
        co_return co_await below_.query(question);
    }

  private:
    FakeResolver& below_;
};

}  // namespace

TEST_CASE("two public hosts in two networks give nothing to report [MX-01]") {
    FakeResolver resolver = good();
    const auto result = inspect(resolver);
    CHECK(ids(result.findings) == Ids{});
    CHECK(result.verdict == Verdict::good);
    CHECK(result.status == Status::found);
    CHECK(result.records == 2);
    CHECK_FALSE(result.null_mx);
    CHECK_FALSE(result.implicit);
    REQUIRE(result.hosts.size() == 2);
    CHECK(result.hosts[0].name == "a.example.com");
    CHECK(result.hosts[0].preference == 10);
    CHECK(result.hosts[0].status == Status::found);
    CHECK(result.hosts[0].addresses == std::vector{base::IpAddress::parse("81.2.69.1").value(),
                                                   base::IpAddress::parse("2a00:1450::1").value()});
    CHECK(result.hosts[1].name == "b.example.com");
}

TEST_CASE("without an MX record the domain's own address takes the mail [MX-01]") {
    FakeResolver resolver;
    host(resolver, "example.com", "81.2.69.1", "2a00:1450::1");
    const auto result = inspect(resolver);
    CHECK(ids(result.findings) == Ids{"mx-implicit"});
    CHECK(find(result.findings, "mx-implicit").severity == Severity::warning);
    CHECK(find(result.findings, "mx-implicit").remedy ==
          "example.com. IN MX 10 example.com. (or to take no mail: example.com. IN MX 0 .)");
    CHECK(result.verdict == Verdict::good);
    CHECK(result.implicit);
    CHECK(result.status == Status::no_data);
    REQUIRE(result.hosts.size() == 1);
    CHECK(result.hosts[0].name == "example.com");
    CHECK(result.hosts[0].preference == 0);
}

TEST_CASE("the MX record of a domain that is a CNAME belongs where the CNAME leads [MX-01]") {
    FakeResolver resolver;
    resolver.cname("example.com", "www.example.net");
    host(resolver, "www.example.net", "81.2.69.1", "2a00:1450::1");
    CHECK(find(inspect(resolver).findings, "mx-implicit").remedy ==
          "www.example.net. IN MX 10 www.example.net. (or to take no mail: www.example.net. IN MX 0 .)");
}

TEST_CASE("the domain's own address must be public like any host's [MX-01]") {
    FakeResolver resolver;
    resolver.a("example.com", "10.0.0.1");
    const auto result = inspect(resolver);
    CHECK(ids(result.findings) == Ids{"mx-address-private", "mx-implicit", "mx-no-ipv6"});
    CHECK(result.verdict == Verdict::bad);
}

TEST_CASE("a domain with neither MX nor address takes no mail, and does not say so [MX-01]") {
    FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 -all");
    const auto result = inspect(resolver);
    CHECK(ids(result.findings) == Ids{"mx-none"});
    CHECK(result.status == Status::no_data);
    CHECK(result.verdict == Verdict::bad);
    CHECK_FALSE(result.implicit);
    CHECK(result.hosts.empty());
}

TEST_CASE("a domain that does not exist is told from one without records [MX-01]") {
    FakeResolver resolver;
    const auto result = inspect(resolver);
    CHECK(ids(result.findings) == Ids{"mx-domain-missing"});
    CHECK(result.status == Status::nxdomain);
    CHECK(result.verdict == Verdict::bad);
    CHECK(resolver.asked == std::vector<std::string>{"example.com MX"});
}

TEST_CASE("an MX question that fails is unchecked, never missing [MX-01]") {
    const std::pair<Status, const char*> failures[] = {{Status::timeout, "dns-timeout"},
                                                       {Status::servfail, "dns-servfail"},
                                                       {Status::refused, "dns-refused"},
                                                       {Status::unreachable, "dns-unreachable"},
                                                       {Status::malformed, "dns-malformed"}};
    for (const auto& failure : failures) {
        CAPTURE(std::string(failure.second));
        FakeResolver resolver;
        resolver.fail("example.com", failure.first);
        const auto result = inspect(resolver);
        CHECK(result.status == failure.first);
        CHECK(ids(result.findings) == Ids{failure.second});
        CHECK(result.verdict == Verdict::unchecked);
    }
}

TEST_CASE("a CNAME of the domain that has no end is wrong, not unchecked [MX-01]") {
    FakeResolver resolver;
    resolver.cname("example.com", "www.example.com");
    resolver.cname("www.example.com", "example.com");
    const auto result = inspect(resolver);
    CHECK(ids(result.findings) == Ids{"dns-alias-loop"});
    CHECK(result.verdict == Verdict::bad);
}

TEST_CASE("an address question that fails without MX is unchecked, never missing [MX-01]") {
    FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 -all");
    test::FailingType failing(resolver, "example.com", dns::Type::a, Status::servfail);
    const auto result = inspect(failing);
    CHECK(ids(result.findings) == Ids{"dns-servfail"});
    CHECK(result.verdict == Verdict::unchecked);
}

TEST_CASE("a null MX says that the domain takes no mail [MX-02]") {
    FakeResolver resolver;
    resolver.mx("example.com", 0, ".");
    const auto result = inspect(resolver);
    CHECK(ids(result.findings) == Ids{"mx-null"});
    CHECK(find(result.findings, "mx-null").severity == Severity::info);
    CHECK(result.verdict == Verdict::good);
    CHECK(result.null_mx);
    CHECK(result.hosts.empty());
    CHECK(resolver.asked == std::vector<std::string>{"example.com MX"});
}

TEST_CASE("a null MX beside other records is an error [MX-02]") {
    FakeResolver resolver = good();
    resolver.mx("example.com", 0, ".");
    const auto result = inspect(resolver);
    CHECK(ids(result.findings) == Ids{"mx-null-not-alone"});
    const auto finding = find(result.findings, "mx-null-not-alone");
    CHECK(finding.severity == Severity::error);
    CHECK(finding.text == "0 .");
    CHECK(finding.offset == 2);
    CHECK(result.verdict == Verdict::bad);
    CHECK_FALSE(result.null_mx);
    CHECK(result.hosts.size() == 2);
}

TEST_CASE("a null MX has the preference 0 and nothing else [MX-02]") {
    FakeResolver resolver;
    resolver.mx("example.com", 10, ".");
    const auto result = inspect(resolver);
    CHECK(ids(result.findings) == Ids{"mx-null-preference"});
    const auto finding = find(result.findings, "mx-null-preference");
    CHECK(finding.observed == "the preference is 10");
    CHECK(finding.remedy == "example.com. IN MX 0 .");
    CHECK(finding.text == "10 .");
    CHECK(result.verdict == Verdict::bad);
    CHECK(result.null_mx);
}

TEST_CASE("a single host is worth a word [MX-06]") {
    FakeResolver resolver;
    resolver.mx("example.com", 10, "a.example.com");
    host(resolver, "a.example.com", "81.2.69.1", "2a00:1450::1");
    const auto result = inspect(resolver);
    CHECK(ids(result.findings) == Ids{"mx-single"});
    CHECK(find(result.findings, "mx-single").severity == Severity::info);
    CHECK(result.verdict == Verdict::good);
}

TEST_CASE("hosts without IPv6 are worth a word, unless that could not be asked [MX-06]") {
    FakeResolver resolver;
    resolver.mx("example.com", 10, "a.example.com");
    resolver.mx("example.com", 20, "b.example.com");
    resolver.a("a.example.com", "81.2.69.1");
    resolver.a("b.example.com", "89.160.20.1");
    CHECK(ids(inspect(resolver).findings) == Ids{"mx-no-ipv6"});
    test::FailingType failing(resolver, "b.example.com", dns::Type::aaaa, Status::timeout);
    CHECK(ids(inspect(failing).findings) == Ids{"dns-timeout"});
}

TEST_CASE("hosts of equal preference are named [MX-06]") {
    FakeResolver resolver = good();
    resolver.mx("example.com", 20, "c.example.com");
    resolver.a("c.example.com", "8.8.8.8");
    const auto result = inspect(resolver);
    CHECK(ids(result.findings) == Ids{"mx-equal-preference"});
    CHECK(find(result.findings, "mx-equal-preference").observed ==
          "preference 20: b.example.com, c.example.com");
}

TEST_CASE("hosts that are all in one network are told [MX-06]") {
    FakeResolver resolver;
    resolver.mx("example.com", 10, "a.example.com");
    resolver.mx("example.com", 20, "b.example.com");
    host(resolver, "a.example.com", "81.2.69.1", "2a00:1450::1");
    SUBCASE("one /24 and one /48") {
        host(resolver, "b.example.com", "81.2.69.200", "2a00:1450::2");
        const auto result = inspect(resolver);
        CHECK(ids(result.findings) == Ids{"mx-same-network"});
    }
    SUBCASE("one address") {
        host(resolver, "b.example.com", "81.2.69.1", "2a00:1450::1");
        CHECK(ids(inspect(resolver).findings) == Ids{"mx-same-network"});
    }
    SUBCASE("two /48, so they are apart") {
        host(resolver, "b.example.com", "81.2.69.200", "2a00:1451::2");
        CHECK(ids(inspect(resolver).findings) == Ids{});
    }
    SUBCASE("two /24, so they are apart") {
        host(resolver, "b.example.com", "81.2.70.1", "2a00:1450::2");
        CHECK(ids(inspect(resolver).findings) == Ids{});
    }
}

TEST_CASE("a target that stands twice counts once [MX-06]") {
    FakeResolver resolver = good();
    resolver.mx("example.com", 30, "A.Example.com");
    const auto result = inspect(resolver);
    CHECK(ids(result.findings) == Ids{"mx-duplicate"});
    CHECK(find(result.findings, "mx-duplicate").observed == "once more: 30 A.Example.com");
    CHECK(result.hosts.size() == 2);
    CHECK(result.records == 3);
}

TEST_CASE("more than ten records are too many for SPF, and twenty hosts are looked at [MX-06]") {
    const auto with_hosts = [](int count) {
        FakeResolver resolver;
        for (int i = 1; i <= count; ++i) {
            const std::string name = fmt::format("mx{}.example.com", i);
            resolver.mx("example.com", static_cast<std::uint16_t>(i), name);
            host(resolver, name, fmt::format("81.2.{}.1", i), fmt::format("2a00:{:x}::1", i));
        }
        auto result = inspect(resolver);
        CHECK(resolver.asked.size() == 2 + 2 * result.hosts.size());
        return result;
    };
    CHECK(ids(with_hosts(10).findings) == Ids{});
    const auto eleven = with_hosts(11);
    CHECK(ids(eleven.findings) == Ids{"mx-too-many"});
    CHECK(find(eleven.findings, "mx-too-many").observed == "11 MX records");
    CHECK(eleven.hosts_left_out == 0);
    const auto many = with_hosts(200);
    CHECK(find(many.findings, "mx-too-many").observed == "200 MX records; 180 hosts were not looked at");
    CHECK(many.hosts.size() == mx::maximum_hosts);
    CHECK(many.hosts_left_out == 180);
}

TEST_CASE("a token below .invalid is told and not asked for [MX-07]") {
    FakeResolver resolver = good();
    resolver.mx("example.com", 32767, "ms12345678.msv1.invalid");
    const auto result = inspect(resolver);
    CHECK(ids(result.findings) == Ids{"mx-target-invalid"});
    CHECK(find(result.findings, "mx-target-invalid").severity == Severity::warning);
    CHECK(find(result.findings, "mx-target-invalid").observed == "ms12345678.msv1.invalid");
    CHECK(result.verdict == Verdict::good);
    for (const auto& question : resolver.asked)
        CHECK(question.find("invalid") == std::string::npos);
}

TEST_CASE("nothing but tokens below .invalid takes no mail [MX-07]") {
    FakeResolver resolver;
    resolver.mx("example.com", 10, "ms12345678.msv1.invalid");
    const auto result = inspect(resolver);
    CHECK(has(result.findings, "mx-only-invalid"));
    CHECK_FALSE(has(result.findings, "mx-target-invalid"));
    CHECK(result.verdict == Verdict::bad);
}

TEST_CASE("a wildcard MX is told by a name nobody made [MX-07]") {
    FakeResolver resolver = good();
    Wildcard wildcard(resolver);
    const auto result = inspect(wildcard);
    CHECK(ids(result.findings) == Ids{"mx-wildcard"});
    CHECK(find(result.findings, "mx-wildcard").severity == Severity::warning);
    CHECK(
        find(result.findings, "mx-wildcard").observed.find(".example.com, a name made up, has the same MX") !=
        std::string::npos);
    CHECK(result.verdict == Verdict::good);
}

TEST_CASE("a target in a domain that nobody holds is told as such [MX-07]") {
    const auto observed = [](std::string_view target) {
        const auto result = with_target(target);
        CHECK(result.verdict == Verdict::bad);
        CHECK(ids(result.findings) == Ids{"mx-target-domain-missing"});
        return find(result.findings, "mx-target-domain-missing").observed;
    };
    CHECK(observed("mx1.expired.example") ==
          "NXDOMAIN for mx1.expired.example, and for expired.example as a whole");
    CHECK(observed("a.b.expired.co.uk") ==
          "NXDOMAIN for a.b.expired.co.uk, and for expired.co.uk as a whole");
    CHECK(observed("expired.example") == "NXDOMAIN for expired.example, and for expired.example as a whole");
}

TEST_CASE("a missing host of a domain that exists is a missing host only [MX-07]") {
    FakeResolver resolver = good();
    resolver.mx("example.com", 30, "mx1.provider.net");
    SUBCASE("the domain is there") {
        resolver.a("provider.net", "8.8.8.8");
    }
    SUBCASE("the domain could not be asked for") {
        resolver.fail("provider.net", Status::timeout);
    }
    CHECK(ids(inspect(resolver).findings) == Ids{"mx-target-missing"});
}
