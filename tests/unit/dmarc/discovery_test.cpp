#include "dmarc/discovery.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "fixture.hpp"

namespace {

using dmarc::Discovery;
using dmarc::DiscoveryResult;
using dmarc::Policy;
using dmarc::PolicyTagUsed;
using dmarc::StepOutcome;
using test::discover;
using test::ids;
using test::Ids;
using test::name;
using test::reject;
using test::run;

std::optional<dns::Name> organization(test::FakeResolver& resolver, std::string_view domain) {
    return run(dmarc::find_organizational_domain(resolver, name(domain)));
}
bool has(const std::vector<finding::Finding>& findings, std::string_view id) {
    const auto all = ids(findings);
    return std::find(all.begin(), all.end(), id) != all.end();
}
const finding::Finding& find(const std::vector<finding::Finding>& findings, std::string_view id) {
    return *std::find_if(findings.begin(), findings.end(),
                         [&](const finding::Finding& finding) { return finding.id == id; });
}

}  // namespace

TEST_CASE(
    "the domain's own record governs, and the walk goes on to the top for the organizational domain "
    "[DMARC-23]") {
    test::FakeResolver resolver;
    resolver.txt("_dmarc.example.com", reject);
    const auto discovery = discover(resolver, "example.com");
    CHECK(discovery.result == DiscoveryResult::found);
    CHECK(discovery.governing == 0);
    CHECK(discovery.tag == PolicyTagUsed::p);
    CHECK(discovery.published == Policy::reject);
    CHECK(discovery.effective == Policy::reject);
    CHECK(discovery.organizational_domain == name("example.com"));
    CHECK(discovery.findings.empty());
    CHECK(resolver.asked == Ids{"_dmarc.example.com TXT", "_dmarc.com TXT"});
}

TEST_CASE(
    "a name of more than eight labels is walked in eight questions, as the standard's example says "
    "[DMARC-01] [DMARC-24]") {
    test::FakeResolver resolver;
    const auto discovery = discover(resolver, "a.b.c.d.e.f.g.h.i.j.mail.example.com");
    Ids asked;
    for (const auto& step : discovery.steps)
        asked.push_back(step.name);
    CHECK(asked == Ids{"_dmarc.a.b.c.d.e.f.g.h.i.j.mail.example.com", "_dmarc.g.h.i.j.mail.example.com",
                       "_dmarc.h.i.j.mail.example.com", "_dmarc.i.j.mail.example.com",
                       "_dmarc.j.mail.example.com", "_dmarc.mail.example.com", "_dmarc.example.com",
                       "_dmarc.com"});
    CHECK(ids(discovery.findings) == Ids{"dmarc-no-record", "dmarc-long-name"});
    CHECK(discover(resolver, "a.b.c.d.e.f.example.com").steps.size() == 8);
}

TEST_CASE("the organizational domain's record governs a subdomain, over one between them [DMARC-23]") {
    test::FakeResolver resolver;
    resolver.txt("_dmarc.mail.example.com", "v=DMARC1; p=none; rua=mailto:d@example.com");
    resolver.txt("_dmarc.example.com", reject);
    resolver.a("a.mail.example.com", "192.0.2.1");
    const auto discovery = discover(resolver, "a.mail.example.com");
    CHECK(discovery.governing == 2);
    CHECK(discovery.organizational_domain == name("example.com"));
    CHECK(discovery.published == Policy::reject);
    CHECK(ids(discovery.findings) == Ids{"dmarc-inherited-policy"});
}

TEST_CASE("sp applies to subdomains that exist, np to those that do not, p else [DMARC-22]") {
    test::FakeResolver resolver;
    resolver.txt("_dmarc.example.com",
                 "v=DMARC1; p=reject; sp=quarantine; np=none; rua=mailto:d@example.com");
    resolver.a("www.example.com", "192.0.2.1");
    resolver.txt("x.empty.example.com", "the name above is an empty non-terminal");
    const auto existing = discover(resolver, "www.example.com");
    CHECK(existing.tag == PolicyTagUsed::sp);
    CHECK(existing.effective == Policy::quarantine);
    CHECK(existing.domain_exists == true);
    CHECK(discover(resolver, "empty.example.com").tag == PolicyTagUsed::sp);
    const auto missing = discover(resolver, "none.example.com");
    CHECK(missing.tag == PolicyTagUsed::np);
    CHECK(missing.effective == Policy::none);
    CHECK(missing.domain_exists == false);
    CHECK(discover(resolver, "example.com").tag == PolicyTagUsed::p);
}

TEST_CASE("a lenient policy is told of the tag that applies to the name asked [DMARC-22]") {
    test::FakeResolver strict_below;
    strict_below.txt("_dmarc.example.com", "v=DMARC1; p=quarantine; sp=reject; rua=mailto:d@example.com");
    strict_below.a("www.example.com", "192.0.2.1");
    CHECK(ids(discover(strict_below, "example.com").findings) == Ids{"dmarc-quarantine"});
    CHECK(ids(discover(strict_below, "www.example.com").findings) == Ids{"dmarc-inherited-policy"});
    test::FakeResolver lenient_below;
    lenient_below.txt("_dmarc.example.com",
                      "v=DMARC1; p=reject; sp=quarantine; np=none; rua=mailto:d@example.com");
    lenient_below.a("www.example.com", "192.0.2.1");
    const auto told = [&](std::string_view domain, std::string_view id) {
        const auto findings = discover(lenient_below, domain).findings;
        const auto found = std::find_if(findings.begin(), findings.end(),
                                        [&](const auto& finding) { return finding.id == id; });
        return found == findings.end() ? std::string() : found->observed;
    };
    CHECK(told("www.example.com", "dmarc-quarantine") == "sp=quarantine");
    CHECK(told("none.example.com", "dmarc-none") == "np=none");
    CHECK(told("example.com", "dmarc-quarantine").empty());
}

TEST_CASE("existence is asked only when it matters, and a failure there is said [DMARC-22]") {
    test::FakeResolver resolver;
    resolver.txt("_dmarc.example.com", "v=DMARC1; p=reject; sp=none; rua=mailto:d@example.com");
    CHECK(discover(resolver, "nn.example.com").tag == PolicyTagUsed::sp);
    CHECK(std::count(resolver.asked.begin(), resolver.asked.end(), "nn.example.com A") == 0);
    test::FakeResolver failing;
    failing.txt("_dmarc.example.com", "v=DMARC1; p=reject; np=none; rua=mailto:d@example.com");
    failing.fail("www.example.com", dns::Status::servfail);
    const auto discovery = discover(failing, "www.example.com");
    CHECK_FALSE(discovery.domain_exists);
    CHECK(discovery.result == DiscoveryResult::unverified);
    CHECK_FALSE(discovery.tag);
    CHECK_FALSE(discovery.effective);
    REQUIRE(has(discovery.findings, "dmarc-not-checked"));
    CHECK(find(discovery.findings, "dmarc-not-checked").observed ==
          "whether the domain exists could not be asked: the policy is reject or none");
}

TEST_CASE("np is named for a name that does not exist when it says the same as sp too [DMARC-22]") {
    test::FakeResolver resolver;
    resolver.txt("_dmarc.example.com", "v=DMARC1; p=reject; sp=reject; np=reject; rua=mailto:d@example.com");
    CHECK(discover(resolver, "none.example.com").tag == PolicyTagUsed::np);
    resolver.fail("www.example.com", dns::Status::servfail);
    const auto discovery = discover(resolver, "www.example.com");
    CHECK(discovery.result == DiscoveryResult::found);
    CHECK(discovery.tag == PolicyTagUsed::sp);
    CHECK(discovery.effective == Policy::reject);
}

TEST_CASE("psd=n makes a subdomain an organizational domain of its own and ends the walk [DMARC-23]") {
    test::FakeResolver resolver;
    resolver.txt("_dmarc.mail.example.com", "v=DMARC1; p=reject; psd=n; rua=mailto:d@example.com");
    resolver.txt("_dmarc.example.com", reject);
    CHECK(organization(resolver, "a.mail.example.com") == name("mail.example.com"));
    CHECK(resolver.asked == Ids{"_dmarc.a.mail.example.com TXT", "_dmarc.mail.example.com TXT"});
}

TEST_CASE("the organizational domain is one label below the first psd=y above [DMARC-23]") {
    test::FakeResolver resolver;
    resolver.txt("_dmarc.com", "v=DMARC1; p=reject; psd=y");
    CHECK(organization(resolver, "a.mail.example.com") == name("example.com"));
    const auto discovery = discover(resolver, "a.mail.example.com");
    CHECK(discovery.governing_step()->name == "_dmarc.com");
    CHECK(discovery.published == Policy::reject);
}

TEST_CASE("psd=y at the start of the walk does not count for the domain itself [DMARC-23]") {
    test::FakeResolver resolver;
    resolver.txt("_dmarc.example.com", "v=DMARC1; p=reject; psd=y");
    CHECK(organization(resolver, "example.com") == name("example.com"));
}

TEST_CASE("without any record the domain is its own organizational domain [DMARC-23]") {
    test::FakeResolver resolver;
    CHECK(organization(resolver, "a.mail.example.com") == name("a.mail.example.com"));
}

TEST_CASE("several records at one name are all discarded and the walk goes on [DMARC-03]") {
    test::FakeResolver resolver;
    resolver.txt("_dmarc.mail.example.com", "v=DMARC1; p=none");
    resolver.txt("_dmarc.mail.example.com", "v=DMARC1; p=quarantine");
    resolver.txt("_dmarc.example.com", reject);
    const auto discovery = discover(resolver, "mail.example.com");
    CHECK(discovery.steps[0].outcome == StepOutcome::several);
    CHECK(discovery.governing == 1);
    CHECK(discovery.published == Policy::reject);
    CHECK(ids(discovery.findings) == Ids{"dmarc-inherited-policy", "dmarc-several-records"});
    CHECK(find(discovery.findings, "dmarc-several-records").observed ==
          "2 records, all discarded; the policy comes from _dmarc.example.com");
}

TEST_CASE("unrelated text beside one record does not spoil it [DMARC-05]") {
    test::FakeResolver resolver;
    resolver.txt("_dmarc.example.com", "v=spf1 -all");
    resolver.txt("_dmarc.example.com", reject);
    const auto discovery = discover(resolver, "example.com");
    CHECK(discovery.published == Policy::reject);
    CHECK(ids(discovery.findings) == Ids{"dmarc-unrelated-text"});
}

TEST_CASE("what nearly is a record is discarded beside one, and is to be removed [DMARC-04]") {
    test::FakeResolver resolver;
    resolver.txt("_dmarc.example.com", reject);
    resolver.txt("_dmarc.example.com", "v=DMARC2; p=none");
    const auto discovery = discover(resolver, "example.com");
    CHECK(discovery.published == Policy::reject);
    REQUIRE(ids(discovery.findings) == Ids{"dmarc-discarded"});
    const auto& told = discovery.findings.front();
    CHECK(told.severity == finding::Severity::warning);
    CHECK(told.observed == "the version is \"DMARC2\", not \"DMARC1\"");
    CHECK(told.remedy == "Remove it, and leave the record beside it.");
    CHECK(told.text == "v=DMARC2; p=none");
    CHECK(told.offset == 2);
}

TEST_CASE("a record with a duplicate tag counts for nothing [DMARC-14]") {
    test::FakeResolver resolver;
    resolver.txt("_dmarc.example.com", "v=DMARC1; p=none; p=reject");
    const auto discovery = discover(resolver, "example.com");
    CHECK(discovery.steps[0].outcome == StepOutcome::invalid);
    CHECK(discovery.result == DiscoveryResult::none);
    CHECK(has(discovery.findings, "dmarc-duplicate-tag"));
    CHECK_FALSE(has(discovery.findings, "dmarc-no-record"));
}

TEST_CASE("a DNS failure leaves the policy unverified, never missing [DMARC-02]") {
    for (const auto status : {dns::Status::servfail, dns::Status::timeout, dns::Status::refused}) {
        test::FakeResolver resolver;
        resolver.fail("_dmarc.mail.example.com", status);
        const auto discovery = discover(resolver, "mail.example.com");
        CHECK(discovery.result == DiscoveryResult::unverified);
        CHECK_FALSE(discovery.organizational_domain);
        CHECK_FALSE(discovery.effective);
        CHECK(ids(discovery.findings) == Ids{"dmarc-not-checked"});
        CHECK(resolver.asked.size() == 1);
    }
}

TEST_CASE("a CNAME at _dmarc to nowhere or without end is the fault, not a record that is missing [DNS-06]") {
    test::FakeResolver dangling;
    dangling.cname("_dmarc.example.com", "gone.example.net");
    auto discovery = discover(dangling, "example.com");
    CHECK(discovery.result == DiscoveryResult::none);
    CHECK(ids(discovery.findings) == Ids{"dns-alias-dangling"});
    CHECK(discovery.findings.front().observed == "TXT: _dmarc.example.com -> gone.example.net");
    test::FakeResolver loop;
    loop.fail("_dmarc.mail.example.com", dns::Status::alias_loop);
    discovery = discover(loop, "mail.example.com");
    CHECK(discovery.result == DiscoveryResult::none);
    CHECK(ids(discovery.findings) == Ids{"dns-alias-loop"});
    loop.txt("_dmarc.example.com", reject);
    discovery = discover(loop, "mail.example.com");
    CHECK(discovery.published == Policy::reject);
    CHECK(has(discovery.findings, "dns-alias-loop"));
}

TEST_CASE("a failure above the domain's own record leaves its policy known [DMARC-02]") {
    test::FakeResolver resolver;
    resolver.txt("_dmarc.mail.example.com", reject);
    resolver.fail("_dmarc.example.com", dns::Status::timeout);
    const auto discovery = discover(resolver, "mail.example.com");
    CHECK(discovery.result == DiscoveryResult::found);
    CHECK(discovery.effective == Policy::reject);
    CHECK_FALSE(discovery.organizational_domain);
    CHECK(has(discovery.findings, "dmarc-not-checked"));
}

TEST_CASE("test mode and the rule for wrong tags reach the effective policy [DMARC-07] [DMARC-09]") {
    test::FakeResolver resolver;
    resolver.txt("_dmarc.example.com", "v=DMARC1; p=reject; t=y; rua=mailto:d@example.com");
    auto discovery = discover(resolver, "example.com");
    CHECK(discovery.published == Policy::reject);
    CHECK(discovery.effective == Policy::quarantine);
    test::FakeResolver typo;
    typo.txt("_dmarc.example.com", "v=DMARC1; p=quarentine; rua=mailto:d@example.com");
    discovery = discover(typo, "example.com");
    CHECK(discovery.assumed);
    CHECK(discovery.effective == Policy::none);
    test::FakeResolver nothing;
    nothing.txt("_dmarc.example.com", "v=DMARC1; p=quarentine");
    discovery = discover(nothing, "example.com");
    CHECK(discovery.result == DiscoveryResult::none);
    CHECK(discovery.governing == 0);
    CHECK_FALSE(discovery.effective);
}

TEST_CASE("a record at the apex or with the zone doubled is found [DMARC-05] [DNS-09]") {
    test::FakeResolver resolver;
    resolver.txt("example.com", reject);
    CHECK(ids(discover(resolver, "example.com").findings) == Ids{"dmarc-misplaced"});
    test::FakeResolver no_underscore;
    no_underscore.txt("dmarc.example.com", reject);
    const auto found = discover(no_underscore, "example.com").findings;
    REQUIRE(ids(found) == Ids{"dmarc-misplaced"});
    CHECK(found.front().observed == "a DMARC record stands at dmarc.example.com");
    test::FakeResolver doubled;
    doubled.txt("_dmarc.example.com.example.com", reject);
    CHECK(ids(discover(doubled, "example.com").findings) == Ids{"dmarc-doubled-name"});
    test::FakeResolver below;
    below.txt("_dmarc.sub.example.com.example.com", reject);
    const auto in_zone_above = discover(below, "sub.example.com").findings;
    REQUIRE(ids(in_zone_above) == Ids{"dmarc-doubled-name"});
    CHECK(in_zone_above.front().remedy ==
          "Move it to _dmarc.sub.example.com.: enter _dmarc.sub as the name in the panel.");
}

TEST_CASE("sp on a record below the organizational domain is said to be ignored [DMARC-22]") {
    test::FakeResolver resolver;
    resolver.txt("_dmarc.mail.example.com", reject + "; sp=reject");
    resolver.txt("_dmarc.example.com", reject);
    CHECK(ids(discover(resolver, "mail.example.com").findings) == Ids{"dmarc-subdomain-tags-ignored"});
}
