#include "spf/lint.hpp"

#include <algorithm>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "net/run.hpp"
#include "spf/inspect.hpp"
#include "support/fake_resolver.hpp"

namespace {

spf::Lint linted(test::FakeResolver& resolver, std::string domain = "example.com") {
    return net::run(spf::lint(resolver, std::move(domain))).value();
}

std::vector<std::string> ids(const std::vector<finding::Finding>& findings) {
    std::vector<std::string> result;
    for (const auto& finding : findings)
        result.push_back(finding.id);
    return result;
}

// The ids found in one record of example.com.
std::vector<std::string> ids_of(std::string_view record) {
    return ids(spf::inspect_record(record, "example.com", spf::Place::own));
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("a good record has no findings") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 mx a:out.example.com ip4:8.8.8.8 -all");
    resolver.txt("example.com", "some-verification=1234");
    resolver.mx("example.com", 10, "mx.example.com");
    resolver.a("mx.example.com", "192.0.2.1");
    resolver.a("out.example.com", "192.0.2.2");
    const auto result = linted(resolver);
    CHECK(result.findings.empty());
    CHECK(result.lookups == 2);
    CHECK(result.void_lookups_ipv6 == 2);
    CHECK(result.complete);
    CHECK(result.ipv4_addresses == 1);
    CHECK(result.record == "v=spf1 mx a:out.example.com ip4:8.8.8.8 -all");
}

TEST_CASE("all faults of a record are told, each at its place [SPF-07] [SPF-08]") {
    const auto findings =
        spf::inspect_record("v=spf1 ipv4:192.0.2.1 mx, ip4:1.2.3.4/33 -all", "example.com", spf::Place::own);
    REQUIRE(ids(findings) == Ids{"spf-unknown-mechanism", "spf-separator", "spf-bad-prefix-length"});
    CHECK(findings[0].subject == "example.com");
    CHECK(findings[0].remedy == "write ip4:192.0.2.1");
    CHECK(findings[0].offset == 7U);
    CHECK(findings[2].offset == 38U);
    CHECK(findings[2].text == "v=spf1 ipv4:192.0.2.1 mx, ip4:1.2.3.4/33 -all");
}

TEST_CASE("a record's policy is judged [SPF-09] [SPF-13] [SPF-14] [SPF-15] [SPF-16] [SPF-30]") {
    CHECK(ids_of("v=spf1 +all") == Ids{"spf-pass-all"});
    CHECK(ids_of("v=spf1 ?all") == Ids{"spf-neutral-all"});
    CHECK(ids_of("v=spf1 ~all") == Ids{"spf-softfail-all"});
    CHECK(ids_of("v=spf1 mx") == Ids{"spf-no-all"});
    CHECK(ids_of("v=spf1 mx -al") == Ids{"spf-unknown-mechanism"});
    CHECK(ids_of("v=spf1 redirect=x.example") == Ids{});
    CHECK(ids_of("v=spf1 -all mx a") == Ids{"spf-terms-after-all"});
    CHECK(ids_of("v=spf1 redirect=x.example -all") == Ids{"spf-redirect-ignored"});
    CHECK(ids_of("v=spf1 ptr -all") == Ids{"spf-ptr"});
    CHECK(ids_of("v=spf1 exists:%{p}.x.example -all") == Ids{"spf-macro-p"});
    CHECK(ids_of("v=spf1 include=x.example -all") == Ids{"spf-mechanism-as-modifier"});
    CHECK(ids_of("v=spf1 mx v=spf1 -all") == Ids{"spf-version-repeated"});
    CHECK(ids_of("v=spf1 rp=postmaster foo=bar -all") == Ids{"spf-unknown-modifier"});
    CHECK(ids_of("v=spf1 include:x.example-all") == Ids{"spf-glued-terms", "spf-no-all"});
}

TEST_CASE("the networks of a record are judged [SPF-21] [SPF-22]") {
    CHECK(ids_of("v=spf1 ip4:0.0.0.0/0 -all") == Ids{"spf-huge-network"});
    CHECK(ids_of("v=spf1 ip4:8.0.0.0/15 -all") == Ids{"spf-wide-network"});
    CHECK(ids_of("v=spf1 ip6:2a00::/31 -all") == Ids{"spf-wide-network"});
    CHECK(ids_of("v=spf1 ip4:10.1.2.3 ip6:fc00::1 -all") ==
          Ids{"spf-private-network", "spf-private-network"});
    CHECK(ids_of("v=spf1 ip4:8.8.8.8/24 -all") == Ids{"spf-host-bits"});
    CHECK(ids_of("v=spf1 ip4:8.8.8.0/24 ip4:8.8.8.8 -all") == Ids{"spf-duplicate-network"});
    CHECK(ids_of("v=spf1 -ip4:8.0.0.0/8 -all") == Ids{});
}

TEST_CASE("a record that nearly is one is told from a missing one [SPF-03] [SPF-04]") {
    struct Near {
        std::string text, id;
    };
    for (const auto& near :
         {Near{"v=spf10 mx -all", "spf-near-miss-version"}, Near{"v=spf1; mx -all", "spf-near-miss-version"},
          Near{"v=spf1mx -all", "spf-near-miss-version"}, Near{"v=sfp1 mx -all", "spf-near-miss-version"},
          Near{"spf1 mx -all", "spf-near-miss-version"}, Near{" v=spf1 mx -all", "spf-leading-blank"},
          Near{"v = spf1 mx -all", "spf-near-miss-version"},
          Near{"v=spf2.0 mx -all", "spf-near-miss-version"}, Near{"\"v=spf1 mx -all\"", "spf-literal-quotes"},
          Near{"\xe2\x80\x9cv=spf1 mx -all\xe2\x80\x9d", "spf-smart-quotes"}}) {
        CAPTURE(near.text);
        test::FakeResolver resolver;
        resolver.txt("example.com", near.text);
        CHECK(ids(linted(resolver).findings) == Ids{near.id});
        resolver.txt("example.com", "v=spf1 ip4:8.8.8.8 -all");
        CHECK(ids(linted(resolver).findings) == Ids{"spf-discarded-record"});
        CHECK(linted(resolver).findings[0].severity == finding::Severity::warning);
    }
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=DMARC1; p=none");
    CHECK(ids(linted(resolver).findings) == Ids{"spf-no-record"});
}

TEST_CASE("a record cannot be published beside a CNAME [DNS-06]") {
    test::FakeResolver resolver;
    resolver.cname("example.com", "gone.example.net");
    auto findings = linted(resolver).findings;
    CHECK(ids(findings) == Ids{"spf-no-record", "dns-alias-dangling"});
    CHECK(findings[0].remedy ==
          "correct the CNAME to gone.example.net, or publish the records themselves in its place");
    resolver.a("gone.example.net", "192.0.2.1");
    findings = linted(resolver).findings;
    CHECK(ids(findings) == Ids{"spf-no-record"});
    CHECK(findings[0].remedy == "publish the record at gone.example.net, where the CNAME leads");
}

TEST_CASE("missing, no data and could-not-check are told apart [SPF-01]") {
    test::FakeResolver resolver;
    CHECK(linted(resolver, "gone.example").findings[0].observed ==
          "gone.example has no SPF record: NXDOMAIN");
    resolver.a("bare.example", "192.0.2.1");
    CHECK(linted(resolver, "bare.example").findings[0].observed == "bare.example has no SPF record: no data");
    for (const auto status : {dns::Status::servfail, dns::Status::timeout}) {
        resolver.fail("down.example", status);
        const auto result = linted(resolver, "down.example");
        CHECK(ids(result.findings) == Ids{"spf-lookup-failed"});
        CHECK(result.findings[0].observed == fmt::format("TXT of down.example: {}", dns::to_string(status)));
        CHECK_FALSE(result.complete);
    }
}

TEST_CASE("the whole tree is counted past the limit, branch by branch [SPF-26] [SPF-27]") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 include:a.example include:b.example mx -all");
    resolver.txt("a.example", "v=spf1 a a a a a a -all");
    resolver.txt("b.example", "v=spf1 a a a a -all");
    resolver.a("a.example", "192.0.2.1");
    resolver.a("b.example", "192.0.2.1");
    resolver.mx("example.com", 10, "a.example");
    const auto result = linted(resolver);
    CHECK(result.lookups == 13);
    CHECK(result.tree.children[0].subtree == 7);
    CHECK(result.tree.children[1].cost == 8);
    REQUIRE(result.findings.size() == 2);
    CHECK(result.findings[0].id == "spf-too-many-lookups");
    CHECK(result.findings[0].observed ==
          "13 look-ups, 10 allowed: include:a.example 7, include:b.example 5, mx 1");
    CHECK(result.findings[1].id == "spf-void-lookups-ipv6");
}

TEST_CASE("a cycle is found and shown with its path [SPF-25]") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 include:a.example -all");
    resolver.txt("a.example", "v=spf1 redirect=b.example");
    resolver.txt("b.example", "v=spf1 include:EXAMPLE.com -all");
    const auto result = linted(resolver);
    REQUIRE(ids(result.findings) == Ids{"spf-cycle"});
    CHECK(result.findings[0].observed == "example.com > a.example > b.example > EXAMPLE.com");
    CHECK(result.findings[0].subject == "b.example");
    CHECK(result.findings[0].offset == 7U);
}

TEST_CASE(
    "include and redirect targets without a record are errors of the record that names them [SPF-02] "
    "[SPF-23] [SPF-24]") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 include:gone.example include:two.example redirect=none.example");
    resolver.txt("two.example", "v=spf1 -all");
    resolver.txt("two.example", "v=spf1 mx -all");
    resolver.txt("none.example", "hello");
    const auto result = linted(resolver);
    CHECK(ids(result.findings) ==
          Ids{"spf-include-no-record", "spf-multiple-records", "spf-redirect-no-record"});
    CHECK(result.findings[2].observed == "none.example has no SPF record: 1 other TXT records");
}

TEST_CASE("names that find nothing are named, and the third is an error [SPF-28] [SPF-31]") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 a:x.example mx:y.example exists:z.example -all");
    const auto result = linted(resolver);
    CHECK(ids(result.findings) ==
          Ids{"spf-void-lookup", "spf-void-lookup", "spf-void-lookup", "spf-too-many-void-lookups"});
    CHECK(result.findings[1].observed ==
          "y.example has no MX record: NXDOMAIN; its own address is not used instead");
    CHECK(result.void_lookups == 3);
}

TEST_CASE("strings joined without a blank are found") {
    test::FakeResolver resolver;
    resolver.add("example.com", dns::Type::txt, dns::Txt{{"v=spf1 ip4:8.8.8.8", "ip4:8.8.4.4 -all"}});
    const auto found = ids(linted(resolver).findings);
    CHECK(found == Ids{"spf-glued-terms", "dns-glued-strings"});
}

TEST_CASE("a record of type 99 is told and ignored [SPF-05]") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 -all");
    resolver.add("example.com", dns::Type::spf, dns::Txt{{"v=spf1 +all"}});
    CHECK(ids(linted(resolver).findings) == Ids{"spf-type-99"});
}

TEST_CASE("a huge tree is cut, and said to be") {
    test::FakeResolver resolver;
    for (int i = 0; i < 12; ++i) {
        std::string record = "v=spf1";
        for (int j = i + 1; j < 12; ++j)
            record += fmt::format(" include:n{}.example", j);
        resolver.txt(fmt::format("n{}.example", i), record + " -all");
    }
    const auto result = linted(resolver, "n0.example");
    CHECK_FALSE(result.complete);
    CHECK(resolver.asked.size() < 70);
    const auto found = ids(result.findings);
    CHECK(std::count(found.begin(), found.end(), "spf-walk-bounded") == 1);
    CHECK(std::count(found.begin(), found.end(), "spf-too-many-lookups") == 1);
}

TEST_CASE("a text that is no domain is told, and nothing is asked [SPF-36]") {
    test::FakeResolver resolver;
    CHECK(ids(linted(resolver, "not a domain").findings) == Ids{"spf-invalid-domain"});
    CHECK(resolver.asked.empty());
}

TEST_CASE("CNAMEs of the record's name without an end are an error, not a failed look-up [DNS-06]") {
    test::FakeResolver resolver;
    resolver.cname("example.com", "a.example.com");
    resolver.cname("a.example.com", "example.com");
    const auto result = linted(resolver);
    REQUIRE(ids(result.findings) == Ids{"spf-alias-loop"});
    CHECK(result.findings[0].subject == "example.com");
    CHECK(result.findings[0].observed.starts_with("example.com -> a.example.com -> example.com"));
    CHECK(result.findings[0].severity == finding::Severity::error);
    CHECK_FALSE(result.complete);
}

TEST_CASE("a URL or a mail address in place of a host is told with what was meant [SPF-31]") {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"include:https://spf.example.net", "write include:spf.example.net"},
        {"a:user@mx.example.net", "write a:mx.example.net"},
        {"redirect=mailto://a@spf.example.net", "write redirect=spf.example.net"}};
    for (const auto& [term, remedy] : cases) {
        CAPTURE(term);
        test::FakeResolver resolver;
        resolver.txt("example.com", "v=spf1 " + term + " -all");
        const auto findings = linted(resolver).findings;
        const auto found = std::find_if(findings.begin(), findings.end(),
                                        [](const auto& each) { return each.id == "spf-target-invalid"; });
        REQUIRE(found != findings.end());
        CHECK(found->remedy == remedy);
        CHECK(found->offset == 7U);
    }
}

TEST_CASE("a term whose macros come to no DNS name is told with its place, and not asked for [SPF-31]") {
    const std::string long_label(60, 'x');
    const std::string record = fmt::format("v=spf1 a:{}%{{d}} -all", long_label);
    test::FakeResolver resolver;
    resolver.txt("example.com", record);
    const auto result = linted(resolver);
    REQUIRE(ids(result.findings) == Ids{"spf-target-invalid"});
    CHECK(result.findings[0].text == record);
    CHECK(result.findings[0].offset == 7U);
    const auto has_long_label = [&](const auto& asked) {
        return asked.find(long_label) != std::string::npos;
    };
    CHECK(std::none_of(resolver.asked.begin(), resolver.asked.end(), has_long_label));
}

TEST_CASE("a domain with a mail host and without a record is told, with a record to publish [SPF-39]") {
    test::FakeResolver resolver;
    resolver.mx("example.com", 10, "mx.example.com");
    resolver.a("mx.example.com", "192.0.2.1");
    const auto result = linted(resolver);
    REQUIRE(ids(result.findings) == Ids{"spf-no-record"});
    CHECK(result.status == dns::Status::no_data);
    CHECK(result.findings[0].remedy.find("v=spf1 ") != std::string::npos);
}
