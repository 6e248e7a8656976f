#include "dmarc/evaluate.hpp"

#include <doctest/doctest.h>

#include "fixture.hpp"

namespace {

using dmarc::Aligned;
using dmarc::Alignment;
using dmarc::Authentication;
using dmarc::EvaluationResult;
using dmarc::Identifier;
using dmarc::Policy;
using test::discover;
using test::name;
using test::reject;
using test::run;

Identifier spf(std::string_view domain, Authentication authentication = Authentication::pass) {
    return {Identifier::Mechanism::spf, name(domain), authentication};
}
Identifier dkim(std::string_view domain, Authentication authentication = Authentication::pass) {
    return {Identifier::Mechanism::dkim, name(domain), authentication};
}
dmarc::Evaluation evaluate(test::FakeResolver& resolver, std::string_view domain,
                           std::vector<Identifier> identifiers) {
    return run(dmarc::evaluate(resolver, discover(resolver, domain), std::move(identifiers)));
}

}  // namespace

TEST_CASE("alignment: strict is equality, relaxed the same organizational domain [DMARC-27]") {
    test::FakeResolver resolver;
    resolver.txt("_dmarc.example.com", reject);
    const auto aligned = [&](std::string_view a, std::string_view b, Alignment mode) {
        return run(dmarc::check_alignment(resolver, name(a), name(b), mode)).aligned;
    };
    CHECK(aligned("example.com", "Example.com", Alignment::strict) == Aligned::yes);
    CHECK(aligned("example.com", "mail.example.com", Alignment::strict) == Aligned::no);
    CHECK(resolver.asked.empty());
    CHECK(aligned("news.example.com", "mail.example.com", Alignment::relaxed) == Aligned::yes);
    CHECK(aligned("example.com", "example.net", Alignment::relaxed) == Aligned::no);
    resolver.fail("_dmarc.example.net", dns::Status::timeout);
    CHECK(aligned("example.com", "example.net", Alignment::relaxed) == Aligned::unknown);
}

TEST_CASE(
    "a DNS failure leaves alignment open only for a name that could share the organization [DMARC-27]") {
    test::FakeResolver resolver;
    resolver.txt("_dmarc.example.com", reject);
    resolver.fail("_dmarc.example.net", dns::Status::timeout);
    resolver.fail("_dmarc.mail.example.com", dns::Status::timeout);
    const auto evaluation =
        evaluate(resolver, "example.com", {spf("bounce.example.net"), dkim("mail.example.com")});
    CHECK(evaluation.identifiers[0].aligned == Aligned::no);
    CHECK(evaluation.identifiers[1].aligned == Aligned::unknown);
    CHECK(evaluation.result == EvaluationResult::unverified);
    CHECK(evaluate(resolver, "example.com", {spf("example.net")}).result == EvaluationResult::fail);
}

TEST_CASE("one aligned pass is enough, whatever the other identifiers say [DMARC-27]") {
    test::FakeResolver resolver;
    resolver.txt("_dmarc.example.com", reject);
    const auto evaluation =
        evaluate(resolver, "example.com", {spf("bounce.platform.example"), dkim("mail.example.com")});
    CHECK(evaluation.result == EvaluationResult::pass);
    CHECK(evaluation.identifiers[0].aligned == Aligned::no);
    CHECK(evaluation.identifiers[1].aligned == Aligned::yes);
    CHECK(evaluation.reason ==
          "DKIM passes and is aligned: mail.example.com and example.com share the organizational domain "
          "example.com");
    CHECK_FALSE(evaluation.applied);
}

TEST_CASE("passes that are not aligned fail, and the policy to apply is named [DMARC-27]") {
    test::FakeResolver resolver;
    resolver.txt("_dmarc.example.com", reject);
    const auto evaluation =
        evaluate(resolver, "example.com", {spf("platform.example"), dkim("platform.example")});
    CHECK(evaluation.result == EvaluationResult::fail);
    CHECK(evaluation.applied == Policy::reject);
    CHECK(evaluation.reason.starts_with("SPF passes but is not aligned: platform.example belongs to"));
    const auto failing = evaluate(resolver, "example.com", {spf("example.com", Authentication::fail)});
    CHECK(failing.result == EvaluationResult::fail);
    CHECK(failing.reason == "neither SPF nor DKIM passes");
    CHECK(evaluate(resolver, "example.com", {}).result == EvaluationResult::fail);
}

TEST_CASE("strict alignment is taken from the record, for each mechanism its own [DMARC-27]") {
    test::FakeResolver resolver;
    resolver.txt("_dmarc.example.com", reject + "; aspf=s");
    CHECK(evaluate(resolver, "example.com", {spf("mail.example.com")}).result == EvaluationResult::fail);
    CHECK(evaluate(resolver, "example.com", {dkim("mail.example.com")}).result == EvaluationResult::pass);
}

TEST_CASE("what could not be checked is unverified unless another identifier passes [DMARC-27]") {
    test::FakeResolver resolver;
    resolver.txt("_dmarc.example.com", reject);
    const auto open = spf("example.com", Authentication::unchecked);
    CHECK(evaluate(resolver, "example.com", {open}).result == EvaluationResult::unverified);
    CHECK(evaluate(resolver, "example.com", {open, dkim("example.com")}).result == EvaluationResult::pass);
    resolver.fail("_dmarc.example.net", dns::Status::servfail);
    CHECK(evaluate(resolver, "example.org", {dkim("example.org")}).result == EvaluationResult::none);
    CHECK(evaluate(resolver, "example.net", {dkim("example.net")}).result == EvaluationResult::unverified);
}

TEST_CASE("where np= may apply and nobody knows, what passes passes and the rest is unverified [DMARC-22]") {
    test::FakeResolver resolver;
    resolver.txt("_dmarc.example.com", "v=DMARC1; p=reject; np=none; rua=mailto:d@example.com");
    resolver.fail("www.example.com", dns::Status::servfail);
    CHECK(evaluate(resolver, "www.example.com", {dkim("www.example.com")}).result == EvaluationResult::pass);
    CHECK(evaluate(resolver, "www.example.com", {}).result == EvaluationResult::unverified);
}
