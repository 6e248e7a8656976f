#include "dmarc/posture.hpp"

#include <doctest/doctest.h>

#include "net/run.hpp"
#include "support/fake_resolver.hpp"

namespace {

using dmarc::Policy;
using dns::MailRoute;
using Ids = std::vector<std::string>;

Ids ids(const std::vector<finding::Finding>& findings) {
    Ids result;
    for (const auto& finding : findings)
        result.push_back(finding.id);
    return result;
}

Ids enforcement(std::optional<Policy> policy, std::optional<bool> spf, std::optional<bool> dkim) {
    return ids(
        dmarc::judge_enforcement({.domain = "example.com", .policy = policy, .spf = spf, .dkim = dkim}));
}

dns::Name name(std::string_view text) {
    return dns::Name::parse(text).value();
}

dmarc::ParkedFacts parked(std::string spf, Policy policy, MailRoute mail = MailRoute::null_mx) {
    dmarc::ParkedFacts facts;
    facts.domain = "example.com";
    facts.mail = mail;
    facts.spf_record = std::move(spf);
    facts.policy_known = true;
    facts.policy = facts.subdomain_policy = facts.nonexistent_policy = policy;
    facts.any_key = "v=DKIM1; p=";
    return facts;
}

dmarc::Evaluation evaluation(dmarc::Authentication dkim, dmarc::Aligned aligned) {
    dmarc::Evaluation made;
    made.result = dmarc::EvaluationResult::pass;
    const auto add = [&](dmarc::Identifier::Mechanism mechanism, dmarc::Authentication authentication,
                         dmarc::Aligned is_aligned) {
        dmarc::IdentifierResult result;
        result.identifier = {mechanism, name("example.com"), authentication};
        result.aligned = is_aligned;
        made.identifiers.push_back(result);
    };
    add(dmarc::Identifier::Mechanism::spf, dmarc::Authentication::pass, dmarc::Aligned::yes);
    add(dmarc::Identifier::Mechanism::dkim, dkim, aligned);
    return made;
}

}  // namespace

TEST_CASE("an enforced policy without SPF and DKIM, or with SPF alone, is told [DMARC-26]") {
    CHECK(enforcement(Policy::reject, false, false) == Ids{"dmarc-enforced-without-authentication"});
    CHECK(enforcement(Policy::quarantine, true, false) == Ids{"dmarc-spf-only"});
    CHECK(enforcement(Policy::none, true, false) == Ids{"dmarc-no-dkim"});
    CHECK(enforcement({}, false, false) == Ids{"dmarc-no-dkim"});
    CHECK(enforcement(Policy::reject, false, true) == Ids{});
    CHECK(enforcement(Policy::reject, true, true) == Ids{});
}

TEST_CASE("what is not known is not held against the domain [DMARC-26]") {
    CHECK(enforcement(Policy::reject, false, {}) == Ids{});
    CHECK(enforcement(Policy::reject, {}, {}) == Ids{});
    CHECK(enforcement(Policy::reject, {}, false) == Ids{"dmarc-no-dkim"});
}

TEST_CASE("a message that passes by SPF alone is told [DMARC-26] [DMARC-27]") {
    using dmarc::Aligned;
    using dmarc::Authentication;
    const auto judged = [](Authentication dkim, Aligned aligned) {
        return ids(dmarc::judge_message("example.com", evaluation(dkim, aligned)));
    };
    CHECK(judged(Authentication::fail, Aligned::yes) == Ids{"dmarc-spf-only"});
    CHECK(judged(Authentication::pass, Aligned::no) == Ids{"dmarc-spf-only"});
    CHECK(judged(Authentication::pass, Aligned::yes) == Ids{});
    CHECK(judged(Authentication::unchecked, Aligned::yes) == Ids{});
    auto failed = evaluation(Authentication::fail, Aligned::no);
    failed.result = dmarc::EvaluationResult::fail;
    CHECK(dmarc::judge_message("example.com", failed).empty());
}

TEST_CASE("a parked domain with all four records says nothing [DMARC-28] [SPF-39]") {
    CHECK(dmarc::judge_parked(parked("v=spf1 -all", Policy::reject)).empty());
    CHECK(dmarc::judge_parked(parked("V=SPF1  -ALL ", Policy::reject)).empty());
}

TEST_CASE("a parked domain lacks each record by name, with the record to publish [DMARC-28] [SPF-39]") {
    auto facts = parked("", Policy::quarantine, MailRoute::none);
    facts.any_key = "";
    const auto findings = dmarc::judge_parked(facts);
    REQUIRE(ids(findings) ==
            Ids{"spf-parked", "dmarc-parked-policy", "dmarc-parked-null-mx", "dkim-parked-wildcard"});
    CHECK(findings[0].remedy == "example.com. IN TXT \"v=spf1 -all\"");
    CHECK(findings[1].remedy == "_dmarc.example.com. IN TXT \"v=DMARC1; p=reject; sp=reject; np=reject\"");
    CHECK(findings[2].remedy == "example.com. IN MX 0 .");
    CHECK(findings[3].remedy == "*._domainkey.example.com. IN TXT \"v=DKIM1; p=\"");
}

TEST_CASE("only exactly v=spf1 -all will do for a null MX [SPF-39]") {
    for (const auto* record :
         {"v=spf1 ~all", "v=spf1 mx -all", "v=spf1 -all exp=a.example.com", "v=spf1", ""}) {
        CAPTURE(record);
        CHECK(ids(dmarc::judge_parked(parked(record, Policy::reject))) == Ids{"spf-parked"});
    }
}

TEST_CASE("weaker policies for names below a parked domain are told [DMARC-28]") {
    auto facts = parked("v=spf1 -all", Policy::reject);
    facts.subdomain_policy = Policy::none;
    CHECK(ids(dmarc::judge_parked(facts)) == Ids{"dmarc-parked-policy"});
    facts.policy_known = false;
    facts.spf_record = std::nullopt;
    facts.any_key = std::nullopt;
    CHECK(dmarc::judge_parked(facts).empty());
}

TEST_CASE("a domain with mail hosts, an address, or senders in SPF is not parked [DMARC-28]") {
    for (const auto mail : {MailRoute::hosts, MailRoute::implicit, MailRoute::no_domain, MailRoute::failed})
        CHECK(dmarc::judge_parked(parked("", Policy::none, mail)).empty());
    CHECK_FALSE(dmarc::is_parked(parked("v=spf1 ip4:192.0.2.1 -all", Policy::none, MailRoute::none)));
    CHECK_FALSE(dmarc::is_parked(parked("v=spf1 redirect=a.example", Policy::none, MailRoute::none)));
    CHECK_FALSE(dmarc::is_parked(parked("v=spf1 +all", Policy::none, MailRoute::none)));
    CHECK(dmarc::is_parked(parked("v=spf1 ?all", Policy::none, MailRoute::none)));
}

TEST_CASE("the facts of a parked domain are asked for, and nothing of another [DMARC-28]") {
    test::FakeResolver resolver;
    resolver.mx("example.com", 0, ".");
    resolver.txt("_dmarc.example.com", "v=DMARC1; p=reject; np=none; t=y; rua=mailto:d@example.net");
    auto facts = net::run(dmarc::ask_parked_facts(resolver, name("example.com"))).value();
    CHECK(facts.mail == MailRoute::null_mx);
    CHECK(facts.any_key == "");
    CHECK(resolver.asked.size() == 2);
    facts.take_policies(net::run(dmarc::discover(resolver, name("example.com"))).value());
    CHECK(facts.policy_known);
    CHECK(facts.policy == Policy::quarantine);
    CHECK(facts.subdomain_policy == Policy::quarantine);
    CHECK(facts.nonexistent_policy == Policy::none);
    test::FakeResolver used;
    used.mx("example.com", 10, "mx.example.com");
    CHECK_FALSE(net::run(dmarc::ask_parked_facts(used, name("example.com"))).value().any_key);
    CHECK(used.asked.size() == 1);
}

TEST_CASE("a record that was only meant as one does not make a domain parked [DMARC-28] [SPF-39]") {
    const auto spf_record = [](std::string_view text) {
        test::FakeResolver resolver;
        if (!text.empty()) resolver.txt("example.com", std::string(text));
        dmarc::ParkedFacts facts;
        facts.take_spf(net::run(spf::lint(resolver, "example.com")).value());
        return facts.spf_record;
    };
    CHECK(spf_record("") == "");
    CHECK(spf_record("v=spf1 -all") == "v=spf1 -all");
    CHECK_FALSE(spf_record("v=spf1; mx -all"));
    test::FakeResolver failing;
    failing.fail("example.com", dns::Status::timeout);
    dmarc::ParkedFacts facts;
    facts.take_spf(net::run(spf::lint(failing, "example.com")).value());
    CHECK_FALSE(facts.spf_record);
}

TEST_CASE("a policy inherited from above holds for the names below, too [DMARC-28]") {
    test::FakeResolver resolver;
    resolver.txt("_dmarc.example.com", "v=DMARC1; p=none; sp=reject");
    resolver.mx("parked.example.com", 0, ".");
    dmarc::ParkedFacts facts;
    facts.take_policies(net::run(dmarc::discover(resolver, name("parked.example.com"))).value());
    CHECK(facts.policy == Policy::reject);
    CHECK(facts.subdomain_policy == Policy::reject);
}
