#include "app/predict.hpp"

#include <algorithm>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "app/predict_fallback.hpp"
#include "app/predict_findings.hpp"
#include "net/run.hpp"
#include "support/fake_resolver.hpp"

using app::EgressSource;
using app::KeyState;
using app::PathKind;
using finding::Verdict;

namespace {

// The public key of RFC 8463 appendix A.2.
constexpr auto public_key = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

// example.com asks for refusal; its relay sends from 192.0.2.10.
struct Scene {
    test::FakeResolver dns;
    app::PredictRequest request{
        .relay = {.id = 1, .name = "news", .host = relay::Host::parse("smtp.mailer.example").value()},
        .from = mail::Address::parse("news@example.com").value()};

    Scene() {
        dns.txt("_dmarc.example.com", "v=DMARC1; p=reject");
        dns.txt("_dmarc.mailer.example", "v=DMARC1; p=none");
        dns.a("smtp.mailer.example", "192.0.2.25");
        request.relay.domains = {relay::DomainPattern::parse("example.com").value()};
        request.relay.egress_ips = {base::IpAddress::parse("192.0.2.10").value()};
        request.now = base::parse_rfc3339("2026-11-24T12:00:00Z").value();
    }
    void return_path(std::string_view text) {
        request.relay.return_path = relay::parse_return_path(text).value();
    }
    void add_key(const std::string& selector = "s1") {
        relay::DkimKey key{
            .id = 1, .domain = request.from.domain(), .selector = selector, .public_key = public_key};
        key.algorithm = relay::KeyAlgorithm::ed25519;
        key.life.state = relay::DkimState::active;
        request.keys.push_back(key);
    }
    void publish_key(const std::string& selector = "s1") {
        dns.txt(selector + "._domainkey.example.com", std::string("v=DKIM1; k=ed25519; p=") + public_key);
    }
    app::Forecast predict() { return net::run(app::predict(dns, request)).value(); }
};

std::vector<std::string> ids(const app::Forecast& forecast) {
    std::vector<std::string> result;
    for (const auto& finding : forecast.findings)
        result.push_back(finding.id);
    return result;
}

bool has(const app::Forecast& forecast, std::string_view id) {
    const auto all = ids(forecast);
    return std::find(all.begin(), all.end(), id) != all.end();
}

const app::Prediction& row(const app::Forecast& forecast, PathKind kind, app::Signing signing) {
    return *std::find_if(
        forecast.matrix.begin(), forecast.matrix.end(), [&](const app::Prediction& prediction) {
            return prediction.scenario.path == kind && prediction.scenario.signing == signing;
        });
}

}  // namespace

TEST_CASE("[PRED-01] the kind of a return path, seen from the From domain") {
    const auto author = base::DomainName::parse("example.com").value();
    const auto kind = [&](std::string_view text) {
        return app::path_kind(relay::parse_return_path(text).value(), author);
    };
    CHECK(kind("managed") == PathKind::managed);
    CHECK(kind("from") == PathKind::from);
    CHECK(kind("<>") == PathKind::null);
    CHECK(kind("b@example.com") == PathKind::author_domain);
    CHECK(kind("b@bounce.example.com") == PathKind::subdomain);
    CHECK(kind("b@notexample.com") == PathKind::other_domain);
    CHECK(kind("b@com.example") == PathKind::other_domain);
}

TEST_CASE("[PRED-02] a managed return path fails without a signature and passes with a published key") {
    Scene scene;
    scene.request.managed = mail::Address::parse("bounce@platform.example").value();
    scene.dns.txt("platform.example", "v=spf1 ip4:198.51.100.1 ~all");
    scene.dns.txt("_dmarc.platform.example", "v=DMARC1; p=none");
    auto forecast = scene.predict();
    CHECK(forecast.prediction.verdict == Verdict::bad);
    CHECK(forecast.prediction.spf.result == "softfail");
    CHECK(forecast.prediction.spf.aligned == dmarc::Aligned::no);
    CHECK(forecast.prediction.disposition == dmarc::Policy::reject);
    CHECK(has(forecast, "predict-dmarc-fails"));
    scene.add_key();
    scene.publish_key();
    scene.request.relay.dkim_selector = "s1";
    forecast = scene.predict();
    CHECK(forecast.facts.signing.state == KeyState::usable);
    CHECK(forecast.prediction.verdict == Verdict::good);
    CHECK_FALSE(forecast.remedy.has_value());
    CHECK(ids(forecast) == std::vector<std::string>{"predict-ed25519-alone"});
}

TEST_CASE("a relay that names a retired or revoked key needs another one, and signs with it") {
    for (const auto state : {relay::DkimState::retired, relay::DkimState::revoked}) {
        Scene scene;
        scene.request.relay.dkim_selector = "s1";
        scene.add_key();
        scene.publish_key();
        CHECK(scene.predict().prediction.verdict == Verdict::good);
        scene.request.keys.back().life.state = state;
        auto forecast = scene.predict();
        CHECK(forecast.facts.signing.state == KeyState::none);
        CHECK(forecast.facts.signing.reason ==
              "the key s1 of example.com is " + std::string(to_string(state)) + " and never signs");
        REQUIRE(forecast.remedy.has_value());
        CHECK(forecast.remedy->commands == std::vector<std::string>{"relayctl dkim rotate example.com"});
        scene.add_key("s2");
        scene.request.keys.back().life.state = relay::DkimState::active;
        CHECK(scene.predict().facts.signing.selector == "s2");
    }
}

TEST_CASE("[PRED-03] each fault of the key is told apart") {
    Scene scene;
    scene.request.relay.dkim_selector = "s1";
    CHECK(scene.predict().facts.signing.state == KeyState::none);
    scene.add_key();
    CHECK(scene.predict().facts.signing.state == KeyState::missing);
    Scene revoked, different, lost;
    for (auto* each : {&revoked, &different, &lost}) {
        each->request.relay.dkim_selector = "s1";
        each->add_key();
    }
    revoked.dns.txt("s1._domainkey.example.com", "v=DKIM1; k=ed25519; p=");
    CHECK(revoked.predict().facts.signing.state == KeyState::broken);
    different.dns.txt("s1._domainkey.example.com",
                      "v=DKIM1; k=ed25519; p=LS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0=");
    CHECK(different.predict().facts.signing.state != KeyState::usable);
    lost.dns.fail("s1._domainkey.example.com", dns::Status::servfail);
    CHECK(lost.predict().facts.signing.state == KeyState::unchecked);
    CHECK(lost.predict().prediction.verdict == Verdict::unchecked);
    CHECK(has(lost.predict(), "predict-not-checked"));
}

TEST_CASE(
    "[PRED-11] the addresses given go before those stored, and those before the relay's own, with a "
    "warning") {
    Scene scene;
    scene.return_path("from");
    scene.dns.txt("example.com", "v=spf1 ip4:192.0.2.10 -all");
    CHECK(scene.predict().egress_source == EgressSource::stored);
    CHECK(scene.predict().prediction.verdict == Verdict::good);
    CHECK(ids(scene.predict()) == std::vector<std::string>{"predict-spf-alone"});
    scene.request.egress_ips = {base::IpAddress::parse("192.0.2.11").value()};
    CHECK(scene.predict().egress_source == EgressSource::given);
    CHECK(scene.predict().prediction.verdict == Verdict::bad);
    scene.request.egress_ips.clear();
    scene.request.relay.egress_ips.clear();
    auto forecast = scene.predict();
    CHECK(forecast.egress_source == EgressSource::relay);
    CHECK(forecast.egress_ips == std::vector{base::IpAddress::parse("192.0.2.25").value()});
    CHECK(has(forecast, "predict-egress-assumed"));
    scene.request.relay.host = relay::Host::parse("gone.mailer.example").value();
    forecast = scene.predict();
    CHECK(forecast.egress_source == EgressSource::none);
    CHECK(forecast.prediction.verdict == Verdict::unchecked);
    CHECK(has(forecast, "predict-egress-unknown"));
}

TEST_CASE("[PRED-04] an SPF record that covers one of two addresses is told, and completed") {
    Scene scene;
    scene.return_path("from");
    scene.dns.txt("example.com", "v=spf1 ip4:192.0.2.10 -all");
    scene.request.relay.egress_ips.insert(base::IpAddress::parse("192.0.2.11").value());
    const auto forecast = scene.predict();
    CHECK(forecast.prediction.verdict == Verdict::bad);
    CHECK(has(forecast, "predict-egress-divided"));
    REQUIRE(forecast.remedy.has_value());
    REQUIRE(forecast.remedy->records.size() == 1);
    CHECK(forecast.remedy->records.front().value == "v=spf1 ip4:192.0.2.11 ip4:192.0.2.10 -all");
    CHECK(forecast.remedy->records.front().replaces == "v=spf1 ip4:192.0.2.10 -all");
    CHECK(forecast.remedy->commands.empty());
}

TEST_CASE("[PRED-12] the cheapest change: a command before a record, signing before the return path") {
    Scene scene;
    scene.dns.txt("example.com", "v=spf1 ip4:192.0.2.10 -all");
    scene.add_key("s7");
    auto remedy = scene.predict().remedy;
    REQUIRE(remedy.has_value());
    CHECK(remedy->commands == std::vector<std::string>{"relayctl edit news --return-path from"});
    CHECK(remedy->records.empty());
    scene.publish_key("s7");
    remedy = scene.predict().remedy;
    REQUIRE(remedy.has_value());
    CHECK(remedy->commands == std::vector<std::string>{"relayctl edit news --dkim-selector s7"});
    CHECK(remedy->records.empty());
    CHECK(remedy->after.dmarc == dmarc::EvaluationResult::pass);
    // A signature that the relay breaks is no way out.
    scene.request.body = app::Body::altered;
    CHECK(scene.predict().remedy->commands ==
          std::vector<std::string>{"relayctl edit news --return-path from"});
}

TEST_CASE("[PRED-12] the key is printed when it is to be published") {
    Scene scene;
    scene.request.relay.dkim_selector = "s1";
    scene.add_key();
    const auto remedy = scene.predict().remedy;
    REQUIRE(remedy.has_value());
    REQUIRE(remedy->records.size() == 1);
    CHECK(remedy->records.front().name == "s1._domainkey.example.com");
    CHECK(remedy->records.front().value == std::string("v=DKIM1; k=ed25519; p=") + public_key);
    CHECK(remedy->commands.empty());
}

TEST_CASE("[PRED-12] a relay without a key is told to make one, and where its record comes from") {
    Scene scene;
    const auto remedy = scene.predict().remedy;
    REQUIRE(remedy.has_value());
    CHECK(remedy->commands ==
          std::vector<std::string>{"relayctl dkim generate example.com --selector s202611",
                                   "relayctl dkim record s202611@example.com",
                                   "relayctl dkim activate s202611@example.com",
                                   "relayctl edit news --dkim-selector s202611"});
    REQUIRE(remedy->records.size() == 1);
    CHECK(remedy->records.front().value.empty());
}

TEST_CASE("[PRED-12] a relay for all domains is to name the one that it signs for, a mere fallback is not") {
    Scene scene;
    scene.return_path("<>");
    scene.dns.txt("example.com", "v=spf1 ipv4:192.0.2.10 -all");  // cannot be mended by an address
    scene.request.relay.domains = {relay::DomainPattern::parse("*").value()};
    const auto forecast = scene.predict();
    REQUIRE(forecast.remedy.has_value());
    CHECK(forecast.remedy->commands.back() ==
          "relayctl edit news --add-domain example.com --dkim-selector s202611");
    scene.request.relay.domains.clear();
    scene.request.relay.fallback = true;
    CHECK_FALSE(scene.predict().remedy.has_value());
    CHECK(scene.predict().remedy_sought);
}

TEST_CASE("[PRED-12] nothing is proposed that does not make it pass") {
    Scene scene;
    scene.return_path("from");
    scene.request.body = app::Body::altered;
    scene.dns.txt("example.com", "v=spf1 ipv4:192.0.2.10 -all");  // a syntax error is not made longer
    CHECK(scene.predict().prediction.spf.result == "permerror");
    CHECK_FALSE(scene.predict().remedy.has_value());
    Scene foreign;  // a record of somebody else's domain is not for the reader to change
    foreign.return_path("bounce@elsewhere.example");
    foreign.dns.txt("elsewhere.example", "v=spf1 -all");
    foreign.request.body = app::Body::altered;
    const auto remedy = foreign.predict().remedy;
    REQUIRE(remedy.has_value());
    CHECK(remedy->records.front().name == "example.com");
    CHECK(remedy->commands == std::vector<std::string>{"relayctl edit news --return-path from"});
}

TEST_CASE("[PRED-13] the matrix holds each return path, unsigned and signed") {
    Scene scene;
    scene.request.matrix = true;
    scene.request.helo = "out.mailer.example";
    scene.add_key();
    scene.publish_key();
    scene.dns.txt("example.com", "v=spf1 ip4:192.0.2.10 -all");
    scene.dns.txt("bounce.example.com", "v=spf1 ip4:192.0.2.10 -all");
    scene.dns.txt("mailer.example", "v=spf1 ip4:192.0.2.10 -all");
    scene.dns.txt("out.mailer.example", "v=spf1 ip4:192.0.2.10 -all");
    const auto forecast = scene.predict();
    REQUIRE(forecast.matrix.size() == 14);
    const auto off = [&](PathKind kind) { return row(forecast, kind, app::Signing::off).verdict; };
    for (const auto kind : {PathKind::managed, PathKind::rewritten, PathKind::other_domain, PathKind::null})
        CHECK(off(kind) == Verdict::bad);
    for (const auto kind : {PathKind::from, PathKind::author_domain, PathKind::subdomain})
        CHECK(off(kind) == Verdict::good);
    for (const auto& prediction : forecast.matrix)
        if (prediction.scenario.signing == app::Signing::on) CHECK(prediction.verdict == Verdict::good);
    CHECK(row(forecast, PathKind::rewritten, app::Signing::off).spf.result == "pass");
    CHECK(forecast.facts.find(PathKind::rewritten)->domain == "mailer.example");
}

TEST_CASE("[PRED-14] strict alignment lets the From domain alone through") {
    Scene scene;
    scene.return_path("b@bounce.example.com");
    scene.dns.txt("bounce.example.com", "v=spf1 ip4:192.0.2.10 -all");
    CHECK(scene.predict().prediction.verdict == Verdict::good);
    Scene strict;
    strict.request.from = mail::Address::parse("news@strict.example").value();
    strict.dns.txt("_dmarc.strict.example", "v=DMARC1; p=quarantine; aspf=s");
    strict.return_path("b@bounce.strict.example");
    strict.dns.txt("bounce.strict.example", "v=spf1 ip4:192.0.2.10 -all");
    const auto forecast = strict.predict();
    CHECK(forecast.prediction.verdict == Verdict::bad);
    CHECK(forecast.prediction.spf.result == "pass");
    CHECK(forecast.prediction.disposition == dmarc::Policy::quarantine);
}

TEST_CASE("[PRED-05] <> counts the HELO name: unknown it is open, below the From domain it aligns") {
    Scene scene;
    scene.return_path("<>");
    CHECK(scene.predict().prediction.verdict == Verdict::unchecked);
    CHECK(has(scene.predict(), "predict-helo-unknown"));
    scene.request.helo = "out.example.com";
    scene.dns.txt("out.example.com", "v=spf1 ip4:192.0.2.10 -all");
    CHECK(scene.predict().prediction.verdict == Verdict::good);
    scene.request.helo = "out.mailer.example";
    CHECK(scene.predict().prediction.verdict == Verdict::bad);
}

TEST_CASE("[PRED-15] what is not set up is told: no policy, no bounce address, a relay that is off") {
    Scene scene;
    scene.request.from = mail::Address::parse("a@bare.example").value();
    scene.request.relay.enabled = false;
    const auto forecast = scene.predict();
    CHECK(forecast.prediction.dmarc == dmarc::EvaluationResult::none);
    for (const auto* id : {"predict-no-policy", "predict-managed-unset", "predict-relay-disabled"})
        CHECK(has(forecast, id));
}

TEST_CASE("[PRED-16] a relay that the mail does not take is told, with the one that takes it") {
    relay::Relay one{.id = 1, .name = "one", .host = relay::Host::parse("a.example").value()};
    one.domains = {relay::DomainPattern::parse("example.com").value()};
    one.mail_types = {relay::MailType::mass};
    relay::Relay two{.id = 2, .name = "two", .host = relay::Host::parse("b.example").value()};
    two.fallback = true;
    const std::vector<relay::Relay> relays = {one, two};
    const auto sender = base::DomainName::parse("example.com").value();
    const auto other = base::DomainName::parse("example.org").value();
    CHECK_FALSE(app::route_finding(one, sender, relay::MailType::mass, relays).has_value());
    const auto type = app::route_finding(one, sender, relay::MailType::workflow, relays);
    REQUIRE(type.has_value());
    CHECK(type->observed == "workflow mail of example.com: it does not serve the mail type; two takes it");
    CHECK(app::route_finding(one, other, relay::MailType::mass, relays)->id == "predict-not-routed");
    CHECK(app::route_finding(two, sender, relay::MailType::mass, relays).has_value());
}

TEST_CASE(
    "[PRED-14] a key of a domain above the From domain aligns when that is relaxed; the nearest goes first") {
    Scene scene;
    scene.add_key();
    scene.publish_key();
    scene.request.relay.dkim_selector = "s1";
    scene.request.from = mail::Address::parse("a@deep.news.example.com").value();
    auto forecast = scene.predict();
    CHECK(forecast.facts.signing.domain == "example.com");
    CHECK(forecast.prediction.verdict == Verdict::good);
    scene.dns.txt("_dmarc.deep.news.example.com", "v=DMARC1; p=reject; adkim=s");
    forecast = scene.predict();
    CHECK(forecast.prediction.dkim.result == "pass");
    CHECK(forecast.prediction.dkim.aligned == dmarc::Aligned::no);
    CHECK(forecast.prediction.verdict == Verdict::bad);
    REQUIRE(forecast.remedy.has_value());
    CHECK(forecast.remedy->commands.front() == "relayctl dkim generate deep.news.example.com --selector s1");
    auto own = scene.request.keys.front();
    own.domain = base::DomainName::parse("news.example.com").value();
    scene.request.keys.push_back(own);
    CHECK(scene.predict().facts.signing.domain == "news.example.com");
}

TEST_CASE("[PRED-18] mail that passes through its relay and fails through the fallback relay is told") {
    Scene scene;
    scene.return_path("from");
    scene.dns.txt("example.com", "v=spf1 ip4:192.0.2.10 -all");
    relay::Relay last{.id = 2, .name = "last", .host = relay::Host::parse("smtp.mailer.example").value()};
    last.fallback = true;
    const auto forecast = scene.predict();
    const auto check = [&](const std::vector<relay::Relay>& relays) {
        return net::run(app::check_fallbacks(scene.dns, forecast, relays)).value();
    };
    const auto found = check({scene.request.relay, last});
    REQUIRE(found.size() == 1);
    CHECK(found.front().id == "predict-fallback-fails");
    CHECK(found.front().remedy == "relayctl predict last --from news@example.com");
    CHECK(check({scene.request.relay}).empty());
    last.egress_ips = scene.request.relay.egress_ips;
    last.return_path = relay::FromReturnPath{};
    CHECK(check({scene.request.relay, last}).empty());
    last.return_path = relay::ManagedReturnPath{};
    last.enabled = false;
    CHECK(check({scene.request.relay, last}).empty());
}

TEST_CASE(
    "[PRED-07] without a policy a return path below the From domain counts as aligned: a policy would make "
    "it so") {
    Scene scene;
    scene.request.from = mail::Address::parse("a@bare.example").value();
    scene.return_path("b@bounce.bare.example");
    scene.dns.txt("bounce.bare.example", "v=spf1 ip4:192.0.2.10 -all");
    auto forecast = scene.predict();
    CHECK(forecast.prediction.dmarc == dmarc::EvaluationResult::none);
    CHECK(forecast.prediction.verdict == Verdict::good);
    scene.dns.txt("_dmarc.bare.example", "v=DMARC1; p=none");
    forecast = scene.predict();
    CHECK(forecast.prediction.dmarc == dmarc::EvaluationResult::pass);
}
