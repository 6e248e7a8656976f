#include <doctest/doctest.h>

#include "net/run.hpp"
#include "spf/evaluate.hpp"
#include "spf/lint.hpp"
#include "spf/mail_hosts.hpp"
#include "support/fake_resolver.hpp"

namespace {

using Ids = std::vector<std::string>;

Ids ids(const std::vector<finding::Finding>& findings) {
    Ids result;
    for (const auto& finding : findings)
        result.push_back(finding.id);
    return result;
}

spf::Lint linted(test::FakeResolver& resolver) {
    return net::run(spf::lint(resolver, "example.com")).value();
}

std::vector<finding::Finding> hosts(test::FakeResolver& resolver, std::vector<std::string> ehlo_names = {}) {
    return net::run(spf::check_mail_hosts(resolver, "example.com", std::move(ehlo_names))).value();
}

}  // namespace

TEST_CASE("a mail host without an SPF record of its own is told, with the record to publish [SPF-38]") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 mx -all");
    resolver.mx("example.com", 10, "mx.example.com");
    resolver.mx("example.com", 20, "mx.provider.example");
    resolver.a("mx.example.com", "192.0.2.1");
    const auto findings = hosts(resolver, {"out.example.com", "mx.example.com", "no name at all"});
    REQUIRE(ids(findings) == Ids{"spf-helo-no-record", "spf-helo-no-record"});
    CHECK(findings[0].subject == "mx.example.com");
    CHECK(findings[0].remedy == "mx.example.com. IN TXT \"v=spf1 a -all\"");
    CHECK(findings[1].subject == "out.example.com");
    resolver.txt("mx.example.com", "v=spf1 a -all");
    resolver.txt("out.example.com", "v=spf1 a -all");
    CHECK(hosts(resolver, {"out.example.com"}).empty());
    resolver.fail("out.example.com", dns::Status::servfail);
    CHECK(ids(hosts(resolver, {"out.example.com"})) == Ids{"dns-servfail"});
}

TEST_CASE("an own MX host that may not send is told by address [SPF-40]") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 ip4:192.0.2.1 -all");
    resolver.mx("example.com", 10, "mx.example.com");
    resolver.txt("mx.example.com", "v=spf1 a -all");
    resolver.a("mx.example.com", "192.0.2.1");
    CHECK(hosts(resolver).empty());
    resolver.a("mx.example.com", "2001:db8::1");
    const auto findings = hosts(resolver);
    REQUIRE(ids(findings) == Ids{"spf-mx-not-authorised"});
    CHECK(findings[0].observed == "fail for 2001:db8::1 of mx.example.com: -all in example.com matches");
    test::FakeResolver no_record;
    no_record.mx("example.com", 10, "mx.example.com");
    no_record.a("mx.example.com", "192.0.2.1");
    no_record.txt("mx.example.com", "v=spf1 a -all");
    CHECK(hosts(no_record).empty());
}

TEST_CASE("an include that stands twice, or adds no address, is told [SPF-40]") {
    test::FakeResolver resolver;
    resolver.txt("example.com",
                 "v=spf1 include:a.example include:b.example include:c.example include:d.example "
                 "include:a.example ip4:8.8.8.0/24 -all");
    resolver.txt("a.example", "v=spf1 ip4:9.9.9.0/24 -all");
    resolver.txt("b.example", "v=spf1 -all");
    resolver.txt("c.example", "v=spf1 ip4:8.8.8.8 include:b.example ~all");
    resolver.txt("d.example", "v=spf1 ip4:1.1.1.1 a:d.example ~all");
    resolver.a("d.example", "1.1.1.1");
    const auto result = linted(resolver);
    std::vector<std::string> observed;
    for (const auto& finding : result.findings)
        if (finding.id == "spf-useless-include") observed.push_back(finding.observed);
    CHECK(observed == Ids{"\"include:b.example\" adds nothing: its record allows no address",
                          "\"include:c.example\" adds nothing: other terms allow every network in it"});
    CHECK(ids(result.findings).front() == "spf-duplicate-include");
}

TEST_CASE("of two includes that cover each other one stays [SPF-40]") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 include:a.example include:b.example -all");
    resolver.txt("a.example", "v=spf1 ip4:9.9.9.9 -all");
    resolver.txt("b.example", "v=spf1 ip4:9.9.9.9 -all");
    const auto result = linted(resolver);
    REQUIRE(ids(result.findings) == Ids{"spf-useless-include"});
    CHECK(result.findings[0].observed.starts_with("\"include:b.example\""));
}

TEST_CASE("what could not be read is never called useless [SPF-40]") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 include:a.example include:%{i}.example include:c.example -all");
    resolver.fail("a.example", dns::Status::servfail);
    resolver.txt("c.example", "v=spf1 ptr -all");
    for (const auto& id : ids(linted(resolver).findings))
        CHECK(id != "spf-useless-include");
}

TEST_CASE("the savings of each branch are known, and what suffices is the remedy [SPF-27]") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 include:a.example include:b.example mx exists:gone.example -all");
    resolver.txt("a.example", "v=spf1 a a a a a a -all");
    resolver.txt("b.example", "v=spf1 a a -all");
    resolver.a("a.example", "192.0.2.1");
    resolver.a("b.example", "192.0.2.1");
    resolver.mx("example.com", 10, "a.example");
    const auto result = linted(resolver);
    CHECK(spf::savings(result.tree) == std::vector<spf::Saving>{{"include:a.example", 7, 0, 5, true},
                                                                {"include:b.example", 3, 0, 9, true},
                                                                {"mx", 1, 0, 11, false},
                                                                {"exists:gone.example", 1, 1, 11, false}});
    CHECK(result.tree.voids == 1);
    CHECK(result.findings[1].id == "spf-too-many-lookups");
    CHECK(result.findings[1].remedy ==
          "remove include:b.example, or list its addresses with ip4 and ip6: that saves 3 and leaves 9");
}

TEST_CASE("eight of ten look-ups are a warning, seven none [SPF-27]") {
    for (const unsigned terms : {7U, 8U, 10U}) {
        test::FakeResolver resolver;
        std::string record = "v=spf1";
        for (unsigned i = 0; i < terms; ++i)
            record += " a";
        resolver.txt("example.com", record + " -all");
        resolver.a("example.com", "192.0.2.1");
        resolver.a("example.com", "2001:db8::1");
        const auto result = linted(resolver);
        CHECK(ids(result.findings) == (terms == 7 ? Ids{} : Ids{"spf-near-lookup-limit"}));
    }
}

TEST_CASE("a redirect beside all is neither followed nor counted [SPF-14]") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 redirect=gone.example -all");
    const auto result = linted(resolver);
    CHECK(result.lookups == 0);
    CHECK(ids(result.findings) == Ids{"spf-redirect-ignored"});
}

TEST_CASE("an mx term for eleven hosts is an error [SPF-29]") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 mx -all");
    for (unsigned i = 0; i < 11; ++i)
        resolver.mx("example.com", 10, "mx" + std::to_string(i) + ".example.com");
    CHECK(ids(linted(resolver).findings) == Ids{"spf-too-many-mx"});
}

TEST_CASE("an explanation that no receiver can use is told [SPF-34]") {
    for (const auto* words : {"", "b\xc3\xbc", "%{x}"}) {
        CAPTURE(words);
        test::FakeResolver resolver;
        resolver.txt("example.com", "v=spf1 -all exp=why.example.com");
        if (*words != '\0') resolver.txt("why.example.com", words);
        CHECK(ids(linted(resolver).findings) == Ids{"spf-explanation"});
    }
    test::FakeResolver two;
    two.txt("example.com", "v=spf1 -all exp=why.example.com");
    two.txt("why.example.com", "one");
    two.txt("why.example.com", "two");
    CHECK(ids(linted(two).findings) == Ids{"spf-explanation"});
}

TEST_CASE("Sender ID and type 99 records are told beside a good record, with their text [SPF-05]") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 -all");
    resolver.txt("example.com", "spf2.0/mfrom -all");
    resolver.add("example.com", dns::Type::spf, dns::Txt{{"v=spf1 ", "+all"}});
    const auto result = linted(resolver);
    REQUIRE(ids(result.findings) == Ids{"spf-sender-id", "spf-type-99"});
    CHECK(result.findings[1].observed == "a record of type SPF (99): \"v=spf1 +all\"");
    test::FakeResolver alone;
    alone.txt("example.com", "spf2.0/pra -all");
    CHECK(ids(linted(alone).findings) == Ids{"spf-no-record", "spf-sender-id"});
}

TEST_CASE("a blank behind the record is legal and told [SPF-04]") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 -all ");
    const auto result = linted(resolver);
    CHECK(ids(result.findings) == Ids{"dns-trailing-space"});
}

TEST_CASE("a record at the doubled name is found [SPF-01] [DNS-09]") {
    test::FakeResolver resolver;
    resolver.txt("example.com.example.com", "v=spf1 -all");
    const auto result = linted(resolver);
    REQUIRE(ids(result.findings) == Ids{"spf-doubled-name"});
    CHECK(result.findings[0].observed == "an SPF record stands at example.com.example.com");
    test::FakeResolver below;
    below.txt("sub.example.com.example.com", "v=spf1 -all");
    const auto in_zone_above = net::run(spf::lint(below, "sub.example.com")).value();
    REQUIRE(ids(in_zone_above.findings) == Ids{"spf-doubled-name"});
    CHECK(in_zone_above.findings[0].observed == "an SPF record stands at sub.example.com.example.com");
}

TEST_CASE("authorised IPv4 addresses are counted once each [SPF-22]") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 ip4:8.8.8.0/24 ip4:8.8.8.8 include:a.example -ip4:1.0.0.0/8 -all");
    resolver.txt("a.example", "v=spf1 ip4:8.8.9.0/24 ip4:8.8.8.0/25 -all ip4:2.0.0.0/8");
    CHECK(linted(resolver).ipv4_addresses == 512);
}

TEST_CASE("a record over 450 octets is told [SPF-41]") {
    std::string record = "v=spf1";
    for (int i = 0; record.size() < 451; ++i)
        record += " a:h" + std::to_string(i) + ".example.com";
    test::FakeResolver resolver;
    resolver.add("example.com", dns::Type::txt, dns::Txt{{record.substr(0, 200), record.substr(200)}});
    const auto found = ids(linted(resolver).findings);
    CHECK(std::find(found.begin(), found.end(), "spf-long-record") != found.end());
}
