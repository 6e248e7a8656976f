#include "mx/inspect.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/text.hpp"
#include "support.hpp"

namespace {

using dns::Status;
using finding::Severity;
using finding::Verdict;
using mx::Inspection;
using test::FakeResolver;
using test::find;
using test::has;
using test::Ids;
using test::ids;

const base::DomainName domain = base::DomainName::parse("example.com").value();

Inspection inspect(dns::Resolver& resolver) {
    return test::run(mx::inspect(resolver, domain));
}

void host(FakeResolver& resolver, std::string_view name, std::string_view ipv4, std::string_view ipv6) {
    resolver.a(name, ipv4);
    resolver.a(name, ipv6);
}

// Two hosts nobody finds fault with.
FakeResolver good() {
    FakeResolver resolver;
    resolver.mx("example.com", 10, "a.example.com");
    resolver.mx("example.com", 20, "b.example.com");
    host(resolver, "a.example.com", "81.2.69.1", "2a00:1450::1");
    host(resolver, "b.example.com", "89.160.20.1", "2a01:4f8::1");
    return resolver;
}

// The good hosts, and one more record with a higher number.
Inspection with_target(std::string_view target) {
    FakeResolver resolver = good();
    resolver.mx("example.com", 30, target);
    return inspect(resolver);
}

// The good hosts, and one more that has these addresses.
Inspection with_addresses(const std::vector<std::string>& addresses) {
    FakeResolver resolver = good();
    resolver.mx("example.com", 30, "c.example.com");
    for (const auto& address : addresses)
        resolver.a("c.example.com", address);
    return inspect(resolver);
}

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
    for (const auto& [status, id] : failures) {
        CAPTURE(id);
        FakeResolver resolver;
        resolver.fail("example.com", status);
        const auto result = inspect(resolver);
        CHECK(result.status == status);
        CHECK(ids(result.findings) == Ids{id});
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

TEST_CASE("a target that is an address is told, with or without brackets [MX-03]") {
    for (const std::string target : {"192.0.2.1", "[192.0.2.1]", "2001:db8::1", "[IPv6:2001:db8::1]"}) {
        CAPTURE(target);
        const auto result = with_target(target);
        CHECK(ids(result.findings) == Ids{"mx-target-address"});
        const auto finding = find(result.findings, "mx-target-address");
        CHECK(finding.subject == "example.com");
        CHECK(finding.text == "30 " + target);
        CHECK(finding.offset == 3);
        CHECK(result.verdict == Verdict::bad);
        CHECK(result.hosts.back().status == Status::nxdomain);
    }
}

TEST_CASE("an address with the zone behind it is known as an address [MX-03]") {
    const auto result = with_target("192.0.2.1.example.com");
    CHECK(ids(result.findings) == Ids{"mx-target-address"});
    CHECK(find(result.findings, "mx-target-address").observed ==
          "192.0.2.1.example.com is an address with the name of the zone behind it: NXDOMAIN");
}

TEST_CASE("localhost is no target, and no question is asked for it [MX-03]") {
    for (const auto* target : {"localhost", "mail.localhost", "LocalHost.localdomain"}) {
        CAPTURE(target);
        FakeResolver resolver = good();
        resolver.mx("example.com", 30, target);
        const auto result = inspect(resolver);
        CHECK(ids(result.findings) == Ids{"mx-target-localhost"});
        CHECK(result.verdict == Verdict::bad);
        for (const auto& question : resolver.asked)
            CHECK(base::lower(question).find("localhost") == std::string::npos);
    }
}

TEST_CASE("a target that does not exist is told from one without address [MX-03]") {
    SUBCASE("NXDOMAIN") {
        const auto result = with_target("c.example.com");
        CHECK(ids(result.findings) == Ids{"mx-target-missing"});
        CHECK(find(result.findings, "mx-target-missing").observed == "NXDOMAIN for c.example.com");
        CHECK(result.hosts.back().status == Status::nxdomain);
        CHECK(result.verdict == Verdict::bad);
    }
    SUBCASE("no data") {
        FakeResolver resolver = good();
        resolver.mx("example.com", 30, "c.example.com");
        resolver.txt("c.example.com", "hello");
        const auto result = inspect(resolver);
        CHECK(ids(result.findings) == Ids{"mx-target-no-address"});
        CHECK(result.hosts.back().status == Status::no_data);
        CHECK(result.verdict == Verdict::bad);
    }
}

TEST_CASE("a target whose addresses could not be asked for is unchecked [MX-03]") {
    FakeResolver resolver = good();
    resolver.mx("example.com", 30, "c.example.net");
    SUBCASE("both questions") {
        resolver.fail("c.example.net", Status::timeout);
        const auto result = inspect(resolver);
        CHECK(ids(result.findings) == Ids{"dns-timeout"});
        CHECK(result.hosts.back().status == Status::timeout);
        CHECK(result.verdict == Verdict::unchecked);
    }
    SUBCASE("IPv6 only") {
        resolver.a("c.example.net", "8.8.8.8");
        test::FailingType failing(resolver, "c.example.net", dns::Type::aaaa, Status::servfail);
        const auto result = inspect(failing);
        CHECK(ids(result.findings) == Ids{"dns-servfail"});
        CHECK(find(result.findings, "dns-servfail").observed == "AAAA: SERVFAIL");
        CHECK(result.hosts.back().status == Status::found);
        CHECK(result.verdict == Verdict::unchecked);
    }
    SUBCASE("IPv4 only, and no IPv6 address") {
        resolver.txt("c.example.net", "hello");
        test::FailingType failing(resolver, "c.example.net", dns::Type::a, Status::refused);
        const auto result = inspect(failing);
        CHECK(ids(result.findings) == Ids{"dns-refused"});
        CHECK(result.hosts.back().status == Status::refused);
        CHECK(result.verdict == Verdict::unchecked);
    }
}

TEST_CASE("a wrong target outweighs one that could not be checked [MX-03]") {
    FakeResolver resolver = good();
    resolver.mx("example.com", 30, "c.example.com");
    resolver.mx("example.com", 40, "d.example.com");
    resolver.fail("d.example.com", Status::timeout);
    const auto result = inspect(resolver);
    CHECK(ids(result.findings) == Ids{"mx-target-missing", "dns-timeout"});
    CHECK(result.verdict == Verdict::bad);
}

TEST_CASE("a target with the zone's name appended is known for what was meant [MX-03]") {
    SUBCASE("the zone's own name twice") {
        const auto result = with_target("a.example.com.example.com");
        CHECK(ids(result.findings) == Ids{"mx-doubled-name"});
        CHECK(find(result.findings, "mx-doubled-name").remedy == "example.com. IN MX 30 a.example.com.");
    }
    SUBCASE("a provider's host") {
        FakeResolver resolver = good();
        resolver.mx("example.com", 30, "mx.provider.net.example.com");
        resolver.a("mx.provider.net", "2a02::1");
        const auto result = inspect(resolver);
        CHECK(ids(result.findings) == Ids{"mx-doubled-name"});
        CHECK(find(result.findings, "mx-doubled-name").remedy == "example.com. IN MX 30 mx.provider.net.");
    }
    SUBCASE("a name that is really missing") {
        CHECK(ids(with_target("mx.east.example.com").findings) == Ids{"mx-target-missing"});
    }
}

TEST_CASE("a target that is a CNAME is told, with the record to publish in its place [MX-04]") {
    FakeResolver resolver = good();
    resolver.mx("example.com", 30, "mail.example.com");
    resolver.cname("mail.example.com", "web.example.net");
    resolver.cname("web.example.net", "w1.example.net");
    host(resolver, "w1.example.net", "8.8.8.8", "2a02::1");
    const auto result = inspect(resolver);
    CHECK(ids(result.findings) == Ids{"mx-target-alias"});
    const auto finding = find(result.findings, "mx-target-alias");
    CHECK(finding.severity == Severity::warning);
    CHECK(finding.observed == "mail.example.com is a CNAME to web.example.net");
    CHECK(finding.remedy == "example.com. IN MX 30 w1.example.net.");
    CHECK(result.hosts.back().aliases == std::vector<std::string>{"web.example.net", "w1.example.net"});
    CHECK(result.verdict == Verdict::good);
}

TEST_CASE("a target whose CNAME leads nowhere is an error, told once [MX-04]") {
    FakeResolver resolver = good();
    resolver.mx("example.com", 30, "mail.example.com");
    SUBCASE("to a name that does not exist") {
        resolver.cname("mail.example.com", "gone.example.net");
        CHECK(ids(inspect(resolver).findings) == Ids{"dns-alias-dangling"});
    }
    SUBCASE("in a circle") {
        resolver.cname("mail.example.com", "post.example.com");
        resolver.cname("post.example.com", "mail.example.com");
        CHECK(ids(inspect(resolver).findings) == Ids{"dns-alias-loop"});
    }
    SUBCASE("to a name without address") {
        resolver.cname("mail.example.com", "w.example.net");
        resolver.txt("w.example.net", "hello");
        CHECK(ids(inspect(resolver).findings) == Ids{"mx-target-alias", "mx-target-no-address"});
    }
    CHECK(inspect(resolver).verdict == Verdict::bad);
}

TEST_CASE("a host with no public address is an error, with some a warning [MX-05]") {
    const auto all = with_addresses({"10.1.2.3", "fd00::1"});
    CHECK(ids(all.findings) == Ids{"mx-address-private"});
    CHECK(find(all.findings, "mx-address-private").subject == "c.example.com");
    CHECK(find(all.findings, "mx-address-private").observed ==
          "2 of 2 addresses: 10.1.2.3 (private use), fd00::1 (private use)");
    CHECK(all.verdict == Verdict::bad);

    const auto some = with_addresses({"8.8.8.8", "192.168.1.1"});
    CHECK(ids(some.findings) == Ids{"mx-address-partly-private"});
    CHECK(find(some.findings, "mx-address-partly-private").severity == Severity::warning);
    CHECK(find(some.findings, "mx-address-partly-private").observed ==
          "1 of 2 addresses: 192.168.1.1 (private use)");
    CHECK(some.verdict == Verdict::good);
}

TEST_CASE("loopback and reserved addresses are as good as none [MX-05]") {
    for (const auto* address : {"127.0.0.1", "0.0.0.0", "169.254.0.1", "192.0.2.1", "240.0.0.1", "::1",
                                "fe80::1", "2001:db8::1", "::ffff:8.8.8.8"}) {
        CAPTURE(address);
        CHECK(ids(with_addresses({address}).findings) == Ids{"mx-address-private"});
    }
    CHECK(ids(with_addresses({"8.8.8.8"}).findings) == Ids{});
}

TEST_CASE("a hundred private addresses make a short line [MX-05]") {
    std::vector<std::string> addresses;
    for (int i = 1; i <= 100; ++i)
        addresses.push_back(fmt::format("10.0.0.{}", i));
    CHECK(find(with_addresses(addresses).findings, "mx-address-private").observed ==
          "100 of 100 addresses: 10.0.0.1 (private use), 10.0.0.2 (private use), 10.0.0.3 (private use), "
          "10.0.0.4 (private use) and 96 more");
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
        const auto result = inspect(resolver);
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
