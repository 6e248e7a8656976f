#include "mx/reverse.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "support.hpp"

namespace {

using dns::Status;
using finding::Severity;
using finding::Verdict;
using mx::Reverse;
using test::FakeResolver;
using test::find;
using test::has;
using test::Ids;
using test::ids;

const std::string ip = "81.2.69.142";
const std::string arpa = "142.69.2.81.in-addr.arpa";
const std::string host = "mx.example.com";

Reverse inspect(dns::Resolver& resolver, std::string helo = host, const std::string& address = ip) {
    return test::run(mx::inspect_reverse(resolver, base::IpAddress::parse(address).value(), std::move(helo)));
}

FakeResolver good() {
    FakeResolver resolver;
    resolver.ptr(arpa, host);
    resolver.a(host, ip);
    return resolver;
}

// PTR to `target`, nothing else.
FakeResolver pointing_to(std::string_view target) {
    FakeResolver resolver;
    resolver.ptr(arpa, target);
    return resolver;
}

}  // namespace

TEST_CASE("an address whose only name leads back to it gives nothing to report [PTR-01]") {
    FakeResolver resolver = good();
    const auto result = inspect(resolver, "MX.example.com");
    CHECK(ids(result.findings) == Ids{});
    CHECK(result.verdict == Verdict::good);
    CHECK(result.confirmed);
    CHECK(result.query == arpa);
    CHECK(result.status == Status::found);
    CHECK(result.helo_status == Status::found);
    REQUIRE(result.names.size() == 1);
    CHECK(result.names[0].name == host);
    CHECK(result.names[0].confirmed);
    CHECK(result.names[0].addresses == std::vector{base::IpAddress::parse(ip).value()});
}

TEST_CASE("without an EHLO name none is asked for [PTR-01]") {
    FakeResolver resolver = good();
    CHECK(ids(inspect(resolver, "").findings) == Ids{});
    CHECK(resolver.asked == std::vector<std::string>{arpa + " PTR", host + " A"});
}

TEST_CASE("an IPv6 address is asked for below ip6.arpa and confirmed by AAAA [PTR-01]") {
    FakeResolver resolver;
    const std::string name = "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.5.4.1.0.0.a.2.ip6.arpa";
    resolver.ptr(name, host);
    resolver.a(host, "2a00:1450::1");
    const auto result = inspect(resolver, host, "2a00:1450::1");
    CHECK(result.query == name);
    CHECK(ids(result.findings) == Ids{});
    CHECK(result.confirmed);
}

TEST_CASE("an IPv4-mapped address is the IPv4 address [PTR-01]") {
    FakeResolver resolver = good();
    CHECK(inspect(resolver, host, "::ffff:" + ip).query == arpa);
}

TEST_CASE("an address without PTR record is an error, NXDOMAIN told from no data [PTR-01]") {
    FakeResolver resolver;
    resolver.a(host, ip);
    auto result = inspect(resolver);
    CHECK(ids(result.findings) == Ids{"ptr-missing"});
    CHECK(find(result.findings, "ptr-missing").severity == Severity::error);
    CHECK(find(result.findings, "ptr-missing").observed == "NXDOMAIN for " + arpa);
    CHECK(find(result.findings, "ptr-missing").remedy ==
          "ask the provider of 81.2.69.142 for the record: 142.69.2.81.in-addr.arpa. IN PTR mx.example.com.");
    CHECK(result.status == Status::nxdomain);
    CHECK(result.verdict == Verdict::bad);

    resolver.txt(arpa, "hello");
    result = inspect(resolver);
    CHECK(ids(result.findings) == Ids{"ptr-missing"});
    CHECK(find(result.findings, "ptr-missing").observed == "no data for " + arpa);
    CHECK(result.status == Status::no_data);
}

TEST_CASE("a PTR question that fails is unchecked, never missing [PTR-01]") {
    const std::pair<Status, const char*> failures[] = {{Status::timeout, "dns-timeout"},
                                                       {Status::servfail, "dns-servfail"},
                                                       {Status::refused, "dns-refused"}};
    for (const auto& failure : failures) {
        CAPTURE(std::string(failure.second));
        FakeResolver resolver = good();
        resolver.fail(arpa, failure.first);
        const auto result = inspect(resolver);
        CHECK(ids(result.findings) == Ids{failure.second});
        CHECK(result.verdict == Verdict::unchecked);
        CHECK_FALSE(result.confirmed);
    }
}

TEST_CASE("a name that does not lead back is an error that tells what came instead [PTR-02]") {
    FakeResolver resolver = pointing_to(host);
    std::string expected;
    SUBCASE("other addresses") {
        resolver.a(host, "81.2.69.1");
        resolver.a(host, "81.2.69.2");
        expected = "mx.example.com has A 81.2.69.1, 81.2.69.2";
    }
    SUBCASE("NXDOMAIN") {
        expected = "mx.example.com has A NXDOMAIN";
    }
    SUBCASE("an address of the other family") {
        resolver.a(host, "2a00:1450::1");
        expected = "mx.example.com has A no data";
    }
    const auto result = inspect(resolver, "");
    CHECK(ids(result.findings) == Ids{"ptr-not-confirmed"});
    CHECK(find(result.findings, "ptr-not-confirmed").observed == expected);
    CHECK(find(result.findings, "ptr-not-confirmed").remedy ==
          "publish mx.example.com. IN A 81.2.69.142 if that is the host's name, or change the PTR record");
    CHECK(result.verdict == Verdict::bad);
    CHECK_FALSE(result.confirmed);
}

TEST_CASE("a forward question that fails is unchecked, not unconfirmed [PTR-02]") {
    FakeResolver resolver = pointing_to(host);
    resolver.fail(host, Status::servfail);
    const auto result = inspect(resolver, "");
    CHECK(ids(result.findings) == Ids{"dns-servfail"});
    CHECK(result.verdict == Verdict::unchecked);
    CHECK(result.names.at(0).status == Status::servfail);
}

TEST_CASE("a name whose CNAME leads nowhere does not lead back [PTR-02]") {
    FakeResolver resolver = pointing_to(host);
    resolver.cname(host, "gone.example.net");
    const auto result = inspect(resolver, "");
    CHECK(ids(result.findings) == Ids{"dns-alias-dangling", "ptr-not-confirmed"});
    CHECK(result.verdict == Verdict::bad);
}

TEST_CASE("a name with the reverse zone behind it is known for what it is [PTR-02]") {
    FakeResolver resolver = pointing_to("mx.example.com.69.2.81.in-addr.arpa");
    const auto result = inspect(resolver, "");
    CHECK(ids(result.findings) == Ids{"ptr-doubled-name"});
    CHECK(find(result.findings, "ptr-doubled-name").remedy ==
          "142.69.2.81.in-addr.arpa. IN PTR mx.example.com.");
    CHECK(result.verdict == Verdict::bad);
}

TEST_CASE("several names are a warning, and one that leads back is enough [PTR-03]") {
    FakeResolver resolver = good();
    resolver.ptr(arpa, "www.example.com");
    SUBCASE("both lead back") {
        resolver.a("www.example.com", ip);
        const auto result = inspect(resolver);
        CHECK(ids(result.findings) == Ids{"ptr-several"});
        CHECK(find(result.findings, "ptr-several").observed ==
              "2 PTR records: mx.example.com, www.example.com");
        CHECK(result.verdict == Verdict::good);
    }
    SUBCASE("one does") {
        const auto result = inspect(resolver);
        CHECK(ids(result.findings) == Ids{"ptr-several", "ptr-partly-confirmed"});
        CHECK(find(result.findings, "ptr-partly-confirmed").observed == "www.example.com has A NXDOMAIN");
        CHECK(result.verdict == Verdict::good);
        CHECK(result.confirmed);
    }
    SUBCASE("one could not be asked for") {
        resolver.fail("www.example.com", Status::timeout);
        const auto result = inspect(resolver);
        CHECK(ids(result.findings) == Ids{"ptr-several", "dns-timeout"});
        CHECK(result.verdict == Verdict::unchecked);
        CHECK(result.confirmed);
    }
}

TEST_CASE("ten PTR names are looked at, the rest is counted [PTR-03]") {
    FakeResolver resolver;
    for (int i = 0; i < 500; ++i)
        resolver.ptr(arpa, fmt::format("h{}.example.com", i));
    const auto result = inspect(resolver, "");
    CHECK(result.names.size() == mx::maximum_ptr_names);
    CHECK(result.names_left_out == 490);
    CHECK(resolver.asked.size() == 11);
    CHECK(ids(result.findings) == Ids{"ptr-several", "ptr-not-confirmed"});
    CHECK(find(result.findings, "ptr-several").observed.ends_with("; 490 more were not looked at"));
}

TEST_CASE("a name that looks like one of a pool is a warning [PTR-03]") {
    const auto observed = [](std::string_view name) {
        FakeResolver resolver = pointing_to(name);
        resolver.a(name, ip);
        const auto result = inspect(resolver, "");
        CHECK(result.verdict == Verdict::good);
        return find(result.findings, "ptr-generic").observed;
    };
    CHECK(observed("host-81-2-69-142.isp.example") == "host-81-2-69-142.isp.example: it holds the address");
    CHECK(observed("142.69.2.81.static.isp.example").ends_with("it holds the address"));
    CHECK(observed("h142-69-2.isp.example").ends_with("it holds the address"));
    CHECK(observed("p081002069142.isp.example").ends_with("it holds the address"));
    CHECK(observed("P5102458E.isp.example").ends_with("it holds the address"));
    CHECK(observed("a7.dsl.isp.example").ends_with("it holds the word dsl"));
    CHECK(observed("Pool12.isp.example").ends_with("it holds the word pool"));
    CHECK(observed("xdynamicip.isp.example").ends_with("it holds the word xdynamicip"));
    CHECK(observed("mx81-2.example.com").empty());
    CHECK(observed("mail.dsl.example").empty());
    CHECK(observed("carpool.example.com").empty());
    CHECK(observed("example.com").empty());
}

TEST_CASE("an IPv6 address in the name is known in its usual spellings [PTR-03]") {
    const auto is_generic = [](std::string_view name) {
        FakeResolver resolver;
        resolver.ptr("c.b.a.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.5.4.1.0.0.a.2.ip6.arpa", name);
        return has(inspect(resolver, "", "2a00:1450::abc").findings, "ptr-generic");
    };
    CHECK(is_generic("2a00-1450--abc.isp.example"));
    CHECK(is_generic("h2a00-1450-0-0-0-0-0-abc.isp.example"));
    CHECK(is_generic("0000-0000-0000-0abc.isp.example"));
    CHECK(is_generic("c.b.a.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.5.4.1.0.0.a.2.isp.example"));
    CHECK_FALSE(is_generic("mx-abc.isp.example"));
}

TEST_CASE("an EHLO name that is not the PTR name is a warning [PTR-03]") {
    FakeResolver resolver = good();
    resolver.a("smtp.example.com", "81.2.69.1");
    const auto result = inspect(resolver, "smtp.example.com");
    CHECK(ids(result.findings) == Ids{"ptr-helo-mismatch"});
    CHECK(find(result.findings, "ptr-helo-mismatch").severity == Severity::warning);
    CHECK(find(result.findings, "ptr-helo-mismatch").observed ==
          "EHLO smtp.example.com, PTR mx.example.com; smtp.example.com has the address 81.2.69.1");
    CHECK(result.verdict == Verdict::good);
}

TEST_CASE("an EHLO name may be any of the PTR names [PTR-03]") {
    FakeResolver resolver = good();
    resolver.ptr(arpa, "smtp.example.com");
    resolver.a("smtp.example.com", ip);
    CHECK(ids(inspect(resolver, "smtp.example.com").findings) == Ids{"ptr-several"});
}

TEST_CASE("an EHLO name that does not resolve is a warning, or unchecked [PTR-03]") {
    FakeResolver resolver = good();
    SUBCASE("NXDOMAIN") {
        const auto result = inspect(resolver, "mail.example.lan");
        CHECK(ids(result.findings) == Ids{"ptr-helo-missing", "ptr-helo-mismatch"});
        CHECK(find(result.findings, "ptr-helo-missing").observed == "NXDOMAIN for mail.example.lan");
        CHECK(find(result.findings, "ptr-helo-missing").remedy ==
              "publish mail.example.lan. IN A 81.2.69.142, or change the EHLO name");
        CHECK(result.helo_status == Status::nxdomain);
        CHECK(result.verdict == Verdict::good);
    }
    SUBCASE("timeout") {
        resolver.fail("mail.example.lan", Status::timeout);
        const auto result = inspect(resolver, "mail.example.lan");
        CHECK(ids(result.findings) == Ids{"dns-timeout", "ptr-helo-mismatch"});
        CHECK(result.verdict == Verdict::unchecked);
    }
}

TEST_CASE("an EHLO name that is no full name is told and not asked for [PTR-03]") {
    for (const std::string helo :
         {"mail", "localhost", "[81.2.69.142]", "81.2.69.142", "mail_1.example.com", "a b", "."}) {
        CAPTURE(helo);
        FakeResolver resolver = good();
        const auto result = inspect(resolver, helo);
        CHECK(ids(result.findings) == Ids{"ptr-helo-not-qualified"});
        CHECK(result.verdict == Verdict::good);
        CHECK(resolver.asked.size() == 2);
    }
    FakeResolver resolver = good();
    CHECK(find(inspect(resolver, "[81.2.69.142]").findings, "ptr-helo-not-qualified").observed ==
          "the EHLO name is an address: \"[81.2.69.142]\"");
    CHECK(find(inspect(resolver, "mail").findings, "ptr-helo-not-qualified").observed ==
          "the EHLO name is not a domain name: \"mail\": it has no dot");
}

TEST_CASE("a CNAME into the zone of the address's user is followed and told [PTR-04]") {
    FakeResolver resolver;
    resolver.cname(arpa, "142.128/25.69.2.81.in-addr.arpa");
    resolver.a(host, ip);
    SUBCASE("with a PTR record") {
        resolver.ptr("142.128/25.69.2.81.in-addr.arpa", host);
        const auto result = inspect(resolver);
        CHECK(ids(result.findings) == Ids{"ptr-delegated"});
        CHECK(find(result.findings, "ptr-delegated").severity == Severity::info);
        CHECK(find(result.findings, "ptr-delegated").observed ==
              arpa + " -> 142.128/25.69.2.81.in-addr.arpa");
        CHECK(result.aliases == std::vector<std::string>{"142.128/25.69.2.81.in-addr.arpa"});
        CHECK(result.verdict == Verdict::good);
        CHECK(result.confirmed);
    }
    SUBCASE("without one") {
        resolver.txt("142.128/25.69.2.81.in-addr.arpa", "hello");
        const auto result = inspect(resolver);
        CHECK(ids(result.findings) == Ids{"ptr-delegated", "ptr-missing"});
        CHECK(find(result.findings, "ptr-missing").observed == "no data for 142.128/25.69.2.81.in-addr.arpa");
        CHECK(result.verdict == Verdict::bad);
    }
    SUBCASE("that leads nowhere") {
        const auto result = inspect(resolver);
        CHECK(ids(result.findings) == Ids{"dns-alias-dangling"});
        CHECK(result.verdict == Verdict::bad);
    }
}

TEST_CASE("PTR names of odd bytes and lengths are only names that do not lead back [PTR-02]") {
    const std::string label(63, '1');
    for (const std::string& name :
         {std::string("."), std::string("arpa"), std::string("\\000\\255.\\027[31m.x"),
          fmt::format("{0}.{0}.{0}.0000.x", label), std::string("0.0.0")}) {
        CAPTURE(name);
        FakeResolver resolver = pointing_to(name);
        const auto result = inspect(resolver, "");
        CHECK(ids(result.findings) == Ids{"ptr-not-confirmed"});
        for (const char c : result.findings.at(0).observed)
            CHECK((c >= ' ' && c <= '~'));
    }
    FakeResolver resolver = pointing_to(arpa);
    const auto result = inspect(resolver, "");
    CHECK(ids(result.findings) == Ids{"ptr-doubled-name"});
    CHECK(find(result.findings, "ptr-doubled-name").remedy == arpa + ". IN PTR <mail host>.");
}
