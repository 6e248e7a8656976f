#include "mx/target.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/text.hpp"
#include "mail_hosts.hpp"

namespace {

using dns::Status;
using finding::Severity;
using finding::Verdict;
using test::FakeResolver;
using test::find;
using test::good;
using test::host;
using test::Ids;
using test::ids;
using test::inspect;
using test::with_addresses;
using test::with_target;

}  // namespace

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
        CHECK_FALSE(result.hosts.back().status.has_value());
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
    SUBCASE("the name of the zone above the domain") {
        FakeResolver resolver;
        resolver.mx("sub.example.com", 10, "mail.sub.example.com.example.com");
        resolver.a("mail.sub.example.com", "192.0.2.1");
        const auto name = base::DomainName::parse("sub.example.com").value();
        const auto result = net::run(mx::inspect(resolver, name)).value();
        CHECK(find(result.findings, "mx-doubled-name").remedy ==
              "sub.example.com. IN MX 10 mail.sub.example.com.");
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

TEST_CASE("targets of odd bytes and lengths are only names that are missing [MX-03]") {
    const std::string label(63, 'x');
    for (const std::string& target :
         {std::string("mail"), std::string("\\000\\255\\010"), std::string("a\\.b.\\027[31m"),
          fmt::format("{0}.{0}.{0}.{1}", label, std::string(61, 'y')), std::string("com"),
          std::string("x.example.com"), std::string("[x"), std::string("[]"), std::string("ipv6:")}) {
        CAPTURE(target);
        const auto result = with_target(target);
        REQUIRE(result.findings.size() == 1);
        CHECK(result.findings[0].id.starts_with("mx-target-"));
        CHECK(result.verdict == Verdict::bad);
        for (const char c : result.findings[0].observed)
            CHECK((c >= ' ' && c <= '~'));
    }
}
