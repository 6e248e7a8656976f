#include "dmarc/public_suffix.hpp"

#include <doctest/doctest.h>

#include "net/run.hpp"
#include "support/fake_resolver.hpp"

namespace {

using dmarc::DiscoveryResult;
using dmarc::Policy;
using dmarc::PslView;

dns::Name name(std::string_view text) {
    return dns::Name::parse(text).value();
}

PslView view(test::FakeResolver& resolver, std::string_view domain) {
    const auto discovery = net::run(dmarc::discover(resolver, name(domain))).value();
    return net::run(dmarc::find_psl_policy(resolver, discovery)).value();
}

}  // namespace

TEST_CASE("the organizational domain is one label below the public suffix [DMARC-25]") {
    const auto organization = [](std::string_view domain) {
        return dmarc::find_psl_organizational_domain(name(domain));
    };
    CHECK(organization("a.mail.example.com") == name("example.com"));
    CHECK(organization("Mail.Example.CO.JP") == name("example.co.jp"));
    CHECK(organization("example.com") == name("example.com"));
    CHECK(organization("xn--bcher-kva.co.uk") == name("xn--bcher-kva.co.uk"));
    CHECK_FALSE(organization("co.jp"));
    CHECK_FALSE(organization("com"));
    CHECK(organization("a\\.b.example.com").has_value());
}

TEST_CASE("where list and tree walk agree nothing is told and nothing more asked [DMARC-25]") {
    test::FakeResolver resolver;
    resolver.txt("_dmarc.example.com", "v=DMARC1; p=reject; sp=quarantine");
    const auto discovery = net::run(dmarc::discover(resolver, name("mail.example.com"))).value();
    const auto asked = resolver.asked.size();
    const auto found = net::run(dmarc::find_psl_policy(resolver, discovery)).value();
    CHECK(resolver.asked.size() == asked);
    CHECK(found.findings.empty());
    CHECK(found.organizational_domain == name("example.com"));
    CHECK(found.name == "_dmarc.example.com");
    CHECK(found.result == DiscoveryResult::found);
    CHECK(found.tag == dmarc::PolicyTagUsed::sp);
    CHECK(found.policy == Policy::quarantine);
}

TEST_CASE("a record between the domain and its organizational domain is never seen by the list [DMARC-25]") {
    test::FakeResolver resolver;
    resolver.txt("_dmarc.dept.example.com", "v=DMARC1; p=reject; psd=n; rua=mailto:d@example.com");
    resolver.txt("_dmarc.example.com", "v=DMARC1; p=none; rua=mailto:d@example.com");
    const auto found = view(resolver, "mail.dept.example.com");
    CHECK(found.organizational_domain == name("example.com"));
    CHECK(found.policy == Policy::none);
    REQUIRE(found.findings.size() == 1);
    CHECK(found.findings[0].id == "dmarc-psl-differs");
    CHECK(found.findings[0].observed ==
          "by RFC 7489: organizational domain example.com, policy none of _dmarc.example.com; "
          "by RFC 9989: dept.example.com, policy reject of _dmarc.dept.example.com");
}

TEST_CASE("t=, np= and pct= mean different things to both [DMARC-25]") {
    test::FakeResolver testing;
    testing.txt("_dmarc.example.com", "v=DMARC1; p=reject; t=y");
    CHECK(view(testing, "example.com").policy == Policy::reject);
    CHECK(view(testing, "example.com").findings.size() == 1);
    test::FakeResolver part;
    part.txt("_dmarc.example.com", "v=DMARC1; p=reject; pct=20");
    CHECK(view(part, "example.com").percent == 20U);
    CHECK(view(part, "example.com").findings.size() == 1);
    test::FakeResolver whole;
    whole.txt("_dmarc.example.com", "v=DMARC1; p=reject; pct=100");
    CHECK(view(whole, "example.com").findings.empty());
    test::FakeResolver nonexistent;
    nonexistent.txt("_dmarc.example.com", "v=DMARC1; p=none; np=reject");
    CHECK(view(nonexistent, "gone.example.com").policy == Policy::none);
    CHECK(view(nonexistent, "gone.example.com").findings.size() == 1);
}

TEST_CASE("two records at one name end it by the list, by the walk they do not [DMARC-25]") {
    test::FakeResolver resolver;
    resolver.txt("_dmarc.mail.example.com", "v=DMARC1; p=none");
    resolver.txt("_dmarc.mail.example.com", "v=DMARC1; p=reject");
    resolver.txt("_dmarc.example.com", "v=DMARC1; p=reject");
    const auto found = view(resolver, "mail.example.com");
    CHECK(found.result == DiscoveryResult::none);
    CHECK(found.name.empty());
    CHECK(found.findings.size() == 1);
}

TEST_CASE("a spoiled record is none with a valid rua and nothing without, by both [DMARC-25]") {
    test::FakeResolver saved;
    saved.txt("_dmarc.example.com", "v=DMARC1; p=quarentine; rua=mailto:d@example.com");
    CHECK(view(saved, "example.com").policy == Policy::none);
    CHECK(view(saved, "example.com").findings.empty());
    test::FakeResolver lost;
    lost.txt("_dmarc.example.com", "v=DMARC1; p=quarentine");
    CHECK(view(lost, "example.com").result == DiscoveryResult::none);
    CHECK(view(lost, "example.com").findings.empty());
}

TEST_CASE("a name the walk skipped is asked, and a failure there leaves it open [DMARC-25]") {
    test::FakeResolver resolver;
    resolver.txt("_dmarc.mail.example.com", "v=DMARC1; psd=n; sp=none");
    resolver.fail("_dmarc.example.com", dns::Status::servfail);
    const auto found = view(resolver, "a.mail.example.com");
    CHECK(found.result == DiscoveryResult::unverified);
    CHECK(found.findings.empty());
    CHECK(resolver.asked.back() == "_dmarc.example.com TXT");
}

TEST_CASE("a public suffix is its own organizational domain [DMARC-25]") {
    test::FakeResolver resolver;
    resolver.txt("_dmarc.co.jp", "v=DMARC1; p=reject; psd=y");
    const auto found = view(resolver, "co.jp");
    CHECK(found.is_public_suffix);
    CHECK(found.policy == Policy::reject);
}
