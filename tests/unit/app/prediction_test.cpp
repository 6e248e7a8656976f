#include "app/prediction.hpp"

#include <doctest/doctest.h>

using app::Body;
using app::KeyState;
using app::PathKind;
using app::Signing;
using dmarc::Aligned;
using finding::Verdict;

namespace {

const auto ip = base::IpAddress::parse("192.0.2.10").value();
const auto other_ip = base::IpAddress::parse("192.0.2.11").value();

app::PathFacts path(PathKind kind, std::string domain, Aligned aligned, spf::Verdict verdict) {
    app::PathFacts facts{
        .kind = kind, .sender = "bounce@" + domain, .domain = std::move(domain), .aligned = aligned};
    facts.spf = {{.ip = ip, .verdict = verdict, .reason = "because"}};
    return facts;
}

app::MailFacts facts_with(app::PathFacts one, KeyState key = KeyState::usable) {
    app::MailFacts facts{.author = "example.com", .policy = dmarc::DiscoveryResult::found};
    facts.effective = dmarc::Policy::reject;
    facts.paths = {std::move(one)};
    facts.signing = {.domain = "example.com", .selector = "s1", .state = key, .reason = "the key"};
    return facts;
}

app::Prediction predict(const app::MailFacts& facts, Signing signing, Body body = Body::kept) {
    return app::predict_mail(facts, {.path = facts.paths.front().kind, .signing = signing, .body = body});
}

struct Row {
    const char* name;
    PathKind kind;
    Aligned relaxed, strict;
    // DMARC without a signature, by SPF pass, relaxed and strict.
    Verdict pass_relaxed, pass_strict;
};

// The return-path matrix: who can pass by SPF, and under which alignment. Without an SPF pass nobody can.
constexpr Row matrix[] = {
    {"managed", PathKind::managed, Aligned::no, Aligned::no, Verdict::bad, Verdict::bad},
    {"rewritten", PathKind::rewritten, Aligned::no, Aligned::no, Verdict::bad, Verdict::bad},
    {"rewritten by an operator of the same organization", PathKind::rewritten, Aligned::yes, Aligned::no,
     Verdict::good, Verdict::bad},
    {"from", PathKind::from, Aligned::yes, Aligned::yes, Verdict::good, Verdict::good},
    {"address at D", PathKind::author_domain, Aligned::yes, Aligned::yes, Verdict::good, Verdict::good},
    {"subdomain", PathKind::subdomain, Aligned::yes, Aligned::no, Verdict::good, Verdict::bad},
    {"other organization", PathKind::other_domain, Aligned::no, Aligned::no, Verdict::bad, Verdict::bad},
    {"null, HELO elsewhere", PathKind::null, Aligned::no, Aligned::no, Verdict::bad, Verdict::bad},
    {"null, HELO below D", PathKind::null, Aligned::yes, Aligned::no, Verdict::good, Verdict::bad},
};

constexpr spf::Verdict no_passes[] = {spf::Verdict::none, spf::Verdict::neutral, spf::Verdict::fail,
                                      spf::Verdict::softfail, spf::Verdict::permerror};

}  // namespace

TEST_CASE(
    "[PRED-01] every row of the return-path matrix: an unsigned message passes by an aligned SPF pass only") {
    for (const auto& row : matrix) {
        CAPTURE(row.name);
        for (const bool strict : {false, true}) {
            CAPTURE(strict);
            const auto aligned = strict ? row.strict : row.relaxed;
            const auto good = facts_with(path(row.kind, "x.example.com", aligned, spf::Verdict::pass));
            CHECK(predict(good, Signing::off).verdict == (strict ? row.pass_strict : row.pass_relaxed));
            for (const auto verdict : no_passes) {
                const auto bad = facts_with(path(row.kind, "x.example.com", aligned, verdict));
                const auto prediction = predict(bad, Signing::off);
                CHECK(prediction.verdict == Verdict::bad);
                CHECK(prediction.dmarc == dmarc::EvaluationResult::fail);
                CHECK(prediction.disposition == dmarc::Policy::reject);
                CHECK(prediction.spf.result == spf::to_string(verdict));
            }
        }
    }
}

TEST_CASE(
    "[PRED-02] every row of the matrix passes with a signature that survives, and as without when it does "
    "not") {
    for (const auto& row : matrix) {
        CAPTURE(row.name);
        for (const auto verdict : {spf::Verdict::pass, spf::Verdict::fail, spf::Verdict::temperror}) {
            const auto facts = facts_with(path(row.kind, "x.example.com", row.relaxed, verdict));
            CHECK(predict(facts, Signing::on).verdict == Verdict::good);
            CHECK(predict(facts, Signing::on).dmarc == dmarc::EvaluationResult::pass);
            const auto altered = predict(facts, Signing::on, Body::altered);
            CHECK(altered.verdict == predict(facts, Signing::off).verdict);
            CHECK(altered.dkim.result == "fail");
        }
    }
}

TEST_CASE(
    "[PRED-03] a key that receivers cannot use gives no pass, one that was not looked up leaves it open") {
    for (const auto state : {KeyState::none, KeyState::missing, KeyState::different, KeyState::broken}) {
        CAPTURE(to_string(state));
        const auto facts =
            facts_with(path(PathKind::managed, "p.example", Aligned::no, spf::Verdict::pass), state);
        CHECK(predict(facts, Signing::on).verdict == Verdict::bad);
        CHECK_FALSE(predict(facts, Signing::on).dkim.passes());
    }
    const auto open = facts_with(path(PathKind::managed, "p.example", Aligned::no, spf::Verdict::pass),
                                 KeyState::unchecked);
    CHECK(predict(open, Signing::on).verdict == Verdict::unchecked);
    CHECK(predict(open, Signing::on).dmarc == dmarc::EvaluationResult::unverified);
    CHECK(predict(open, Signing::off).verdict == Verdict::bad);
}

TEST_CASE(
    "[PRED-04] of several egress addresses every one must pass, and the reason names one that does not") {
    auto facts = facts_with(path(PathKind::from, "example.com", Aligned::yes, spf::Verdict::pass));
    facts.paths.front().spf.push_back({.ip = other_ip, .verdict = spf::Verdict::pass, .reason = "too"});
    CHECK(predict(facts, Signing::off).verdict == Verdict::good);
    facts.paths.front().spf.back().verdict = spf::Verdict::temperror;
    CHECK(predict(facts, Signing::off).verdict == Verdict::unchecked);
    facts.paths.front().spf.push_back(
        {.ip = other_ip, .verdict = spf::Verdict::softfail, .reason = "~all matches"});
    const auto prediction = predict(facts, Signing::off);
    CHECK(prediction.verdict == Verdict::bad);
    CHECK(prediction.spf.result == "softfail");
    CHECK(prediction.spf.reason == "192.0.2.11 (1 of 3 addresses): ~all matches");
}

TEST_CASE("[PRED-05] what is not known of a return path: managed does not align, HELO leaves it open") {
    auto managed = facts_with({.kind = PathKind::managed, .unknown = "not set"});
    CHECK(predict(managed, Signing::off).verdict == Verdict::bad);
    CHECK(predict(managed, Signing::off).spf.reason == "not set");
    CHECK(predict(managed, Signing::on).verdict == Verdict::good);
    auto null = facts_with({.kind = PathKind::null, .unknown = "no HELO"});
    CHECK(predict(null, Signing::off).verdict == Verdict::unchecked);
    CHECK(predict(null, Signing::on).verdict == Verdict::good);
    auto no_address = facts_with({.kind = PathKind::from,
                                  .sender = "a@example.com",
                                  .domain = "example.com",
                                  .aligned = Aligned::yes});
    CHECK(predict(no_address, Signing::off).verdict == Verdict::unchecked);
}

TEST_CASE("[PRED-06] a temperror of SPF leaves it open where SPF would count, and fails where it would not") {
    CHECK(predict(facts_with(path(PathKind::from, "example.com", Aligned::yes, spf::Verdict::temperror)),
                  Signing::off)
              .verdict == Verdict::unchecked);
    CHECK(predict(facts_with(path(PathKind::managed, "p.example", Aligned::no, spf::Verdict::temperror)),
                  Signing::off)
              .verdict == Verdict::bad);
    CHECK(
        predict(facts_with(path(PathKind::subdomain, "b.example.com", Aligned::unknown, spf::Verdict::pass)),
                Signing::off)
            .verdict == Verdict::unchecked);
}

TEST_CASE(
    "[PRED-07] without a policy DMARC says none and the verdict is what it would be; a lost policy is open") {
    auto facts = facts_with(path(PathKind::from, "example.com", Aligned::yes, spf::Verdict::pass));
    facts.policy = dmarc::DiscoveryResult::none;
    facts.effective.reset();
    CHECK(predict(facts, Signing::off).dmarc == dmarc::EvaluationResult::none);
    CHECK(predict(facts, Signing::off).verdict == Verdict::good);
    facts.paths.front().spf.front().verdict = spf::Verdict::fail;
    CHECK(predict(facts, Signing::off).dmarc == dmarc::EvaluationResult::none);
    CHECK(predict(facts, Signing::off).verdict == Verdict::bad);
    CHECK_FALSE(predict(facts, Signing::off).disposition.has_value());
    facts.policy = dmarc::DiscoveryResult::unverified;
    CHECK(predict(facts, Signing::on).verdict == Verdict::unchecked);
    CHECK(predict(facts, Signing::on).dmarc == dmarc::EvaluationResult::unverified);
}

TEST_CASE("[PRED-08] a failing message meets the policy that is in force") {
    for (const auto policy : {dmarc::Policy::none, dmarc::Policy::quarantine, dmarc::Policy::reject}) {
        auto facts = facts_with(path(PathKind::managed, "p.example", Aligned::no, spf::Verdict::fail));
        facts.effective = policy;
        CHECK(predict(facts, Signing::off).disposition == policy);
        CHECK_FALSE(predict(facts, Signing::on).disposition.has_value());
    }
}

TEST_CASE("a path whose facts were not gathered is a bug") {
    const auto facts = facts_with(path(PathKind::from, "example.com", Aligned::yes, spf::Verdict::pass));
    const app::Scenario scenario{.path = PathKind::null, .signing = Signing::off, .body = Body::kept};
    CHECK_THROWS_AS(static_cast<void>(app::predict_mail(facts, scenario)), std::logic_error);
}
