#include <doctest/doctest.h>

#include "app/fallback_guard.hpp"
#include "app/relays.hpp"
#include "app/settings.hpp"
#include "net/run.hpp"
#include "support/fake_resolver.hpp"
#include "support/memory_store.hpp"

using finding::Verdict;

namespace {

// Mail of example.com, with return path from, passes through news, whose address its SPF record has, and
// fails through own, whose address it has not.
struct Scene {
    test::FakeResolver dns;
    test::MemoryStore store;
    test::FixedClock clock{"2026-11-24T12:00:00Z"};
    relay::Relay news = make(1, "news", "192.0.2.10"), own = make(2, "own", "192.0.2.20");

    static relay::Relay make(relay::RelayId id, const std::string& name, std::string_view address) {
        relay::Relay relay{.id = id, .name = name, .host = relay::Host::parse("smtp.mailer.example").value()};
        relay.egress_ips = {base::IpAddress::parse(address).value()};
        relay.return_path = relay::FromReturnPath{};
        return relay;
    }
    Scene() {
        dns.txt("_dmarc.example.com", "v=DMARC1; p=reject");
        dns.txt("example.com", "v=spf1 ip4:192.0.2.10 -all");
        news.domains = {relay::DomainPattern::parse("example.com").value()};
        news.mail_types = {relay::MailType::mass};
        own.fallback = true;
    }
    app::PredictRequest request() {
        return app::make_predict_request(store, clock.now(), news,
                                         mail::Address::parse("a@example.com").value())
            .value();
    }
    app::FallbackForecast forecast() { return net::run(app::forecast_fallback(dns, request(), own)).value(); }
    app::FallbackReview review(const relay::Relay& relay, const std::vector<relay::Relay>& relays) {
        return net::run(app::review_fallbacks(dns, request(), relay, relays)).value();
    }
};

}  // namespace

TEST_CASE(
    "a fallback is ruled out where mail fails there that passes through the first relay, and only then") {
    Scene scene;
    auto forecast = scene.forecast();
    CHECK(forecast.verdict == Verdict::bad);
    CHECK_FALSE(forecast.reason.empty());
    scene.own.egress_ips = scene.news.egress_ips;
    CHECK(scene.forecast().verdict == Verdict::good);
    // What fails through both loses nothing.
    scene.own.egress_ips = scene.news.egress_ips = {base::IpAddress::parse("192.0.2.30").value()};
    CHECK(scene.forecast().verdict == Verdict::good);
}

TEST_CASE("what the DNS does not tell of the fallback is not known") {
    Scene scene;
    scene.own.return_path = relay::NullReturnPath{};
    CHECK(scene.forecast().verdict == Verdict::unchecked);
}

TEST_CASE("addresses that are only assumed rule nothing out, and are said to be so") {
    Scene scene;
    scene.own.egress_ips.clear();
    scene.dns.a("smtp.mailer.example", "192.0.2.20");
    auto forecast = scene.forecast();
    CHECK(forecast.verdict == Verdict::unchecked);
    CHECK(forecast.reason.find("relayctl edit own --egress-ip ADDRESS") != std::string::npos);
    // Nor does a failure at the first relay, that may be none, let every fallback pass unseen.
    scene.own.egress_ips = {base::IpAddress::parse("192.0.2.20").value()};
    scene.news.egress_ips.clear();
    forecast = scene.forecast();
    CHECK(forecast.verdict == Verdict::unchecked);
    CHECK_FALSE(forecast.first_is_known);
    // Where SPF could not align whatever the addresses, they do not matter.
    scene.news.egress_ips = {base::IpAddress::parse("192.0.2.10").value()};
    scene.own.egress_ips.clear();
    scene.own.return_path = mail::Address::parse("bounce@elsewhere.example").value();
    scene.dns.txt("elsewhere.example", "v=spf1 ip4:192.0.2.20 -all");
    CHECK(scene.forecast().verdict == Verdict::bad);
}

TEST_CASE("without a DMARC record nothing fails DMARC") {
    Scene scene;
    test::FakeResolver without;
    without.txt("example.com", "v=spf1 ip4:192.0.2.10 -all");
    CHECK(net::run(app::forecast_fallback(without, scene.request(), scene.own)).value().verdict ==
          Verdict::good);
}

TEST_CASE("a relation is reviewed from both of its sides") {
    Scene scene;
    for (const auto* relay : {&scene.news, &scene.own}) {
        const auto review = scene.review(*relay, {scene.news, scene.own});
        REQUIRE(review.unaligned.size() == 1);
        CHECK(review.unaligned.front().first == "news");
        CHECK(review.unaligned.front().fallback == "own");
        CHECK(review.unaligned.front().domain.ascii() == "example.com");
    }
    scene.own.unaligned_fallback = true;
    CHECK(scene.review(scene.own, {scene.news, scene.own}).unaligned.empty());
    scene.own.unaligned_fallback = false;
    scene.news.unaligned_fallback = true;
    CHECK(scene.review(scene.own, {scene.news, scene.own}).unaligned.empty());
}

TEST_CASE("a relay that is put between two others is reviewed for what lies behind it") {
    Scene scene;
    auto between = Scene::make(3, "between", "192.0.2.10");
    between.fallback_to = {"own"};
    scene.own.fallback = false;
    scene.news.fallback_to = {"between"};
    const auto review = scene.review(between, {scene.news, scene.own, between});
    REQUIRE(review.unaligned.size() == 1);
    CHECK(review.unaligned.front().first == "news");
    CHECK(review.unaligned.front().fallback == "own");
}

TEST_CASE("a first relay that is not known is told once, whatever its fallbacks") {
    Scene scene;
    scene.news.egress_ips.clear();
    scene.dns.a("smtp.mailer.example", "192.0.2.20");
    auto other = Scene::make(3, "other", "192.0.2.20");
    scene.news.fallback_to = {"other"};
    const auto review = scene.review(scene.news, {scene.news, scene.own, other});
    CHECK(review.unaligned.empty());
    REQUIRE(review.unknown.size() == 1);
    CHECK(review.unknown.front().first == "news");
    CHECK(review.unknown.front().fallback == "");
}

TEST_CASE("a first relay that names no whole domain is told") {
    Scene scene;
    scene.news.domains = {relay::DomainPattern::parse("*").value(),
                          relay::DomainPattern::parse("*.example.com").value()};
    const auto review = scene.review(scene.news, {scene.news, scene.own});
    CHECK(review.unaligned.empty());
    REQUIRE(review.unnamed.size() == 1);
    CHECK(review.unnamed.front().first == "news");
    CHECK(review.unnamed.front().fallback == "own");
    scene.own.unaligned_fallback = true;
    CHECK(scene.review(scene.news, {scene.news, scene.own}).unnamed.empty());
}

TEST_CASE("a review has a bound, and tells what it left out") {
    Scene scene;
    scene.dns.txt("example.com", "v=spf1 -all");
    for (std::size_t i = 0; i < app::most_fallback_cases + 4; ++i)
        scene.news.domains.insert(
            relay::DomainPattern::parse("d" + std::to_string(i) + ".example.com").value());
    const auto review = scene.review(scene.news, {scene.news, scene.own});
    CHECK(review.unaligned.empty());
    CHECK(review.left_out == 5);
}

TEST_CASE("the guard takes the sender that was given, and remembers what it was told") {
    Scene scene;
    app::FallbackGuard guard(scene.store, scene.clock);
    const auto author = mail::Address::parse("a@example.com").value();
    const auto judge = [&](std::optional<app::ReversePath> sender) {
        return net::run(guard.judge(scene.dns, scene.news, scene.own, author, std::move(sender)))
            .value()
            .verdict;
    };
    CHECK(judge(std::nullopt) == Verdict::bad);
    // With a bounce address elsewhere SPF aligns nowhere.
    CHECK(judge(app::ReversePath(mail::Address::parse("b@other.example").value())) == Verdict::good);
    scene.dns.txt("example.com", "v=spf1 ip4:192.0.2.0/24 -all");
    CHECK(judge(std::nullopt) == Verdict::bad);
    scene.clock.time += std::chrono::minutes(2);
    CHECK(judge(std::nullopt) != Verdict::bad);
    scene.own.unaligned_fallback = true;
    CHECK(judge(std::nullopt) == Verdict::good);
}

TEST_CASE("who should have taken a message: a relay that is switched off where none of the domain takes it") {
    using relay::RouteRule;
    using relay::RouteStep;
    const auto first = [](std::vector<relay::Candidate> route) {
        const auto* found = app::find_first_choice(route);
        return found == nullptr ? 0 : found->relay;
    };
    const relay::Candidate off{.relay = 1, .step = RouteStep::disabled, .rule = RouteRule::exact},
        off_too{.relay = 6, .step = RouteStep::disabled, .rule = RouteRule::any},
        full{.relay = 2, .step = RouteStep::limit_reached, .rule = RouteRule::exact},
        next{.relay = 3, .step = RouteStep::taken, .rule = RouteRule::exact},
        below{.relay = 7, .step = RouteStep::taken, .rule = RouteRule::subdomain},
        any{.relay = 8, .step = RouteStep::taken, .rule = RouteRule::any},
        last{.relay = 4, .step = RouteStep::taken, .rule = RouteRule::fallback},
        chained{.relay = 5, .step = RouteStep::taken, .rule = RouteRule::chain};
    CHECK(first({next}) == 0);
    CHECK(first({off, next}) == 0);
    CHECK(first({off, below}) == 0);
    CHECK(first({off, any}) == 1);
    CHECK(first({off_too, any}) == 0);
    CHECK(first({off_too, off, any}) == 1);
    CHECK(first({off, last}) == 1);
    CHECK(first({off, chained}) == 1);
    CHECK(first({full, next}) == 2);
    CHECK(first({off, full, next}) == 2);
    CHECK(first({full}) == 0);
}

TEST_CASE("a relay is reviewed outside of the transaction, once, and an Error changes nothing") {
    test::MemoryStore store;
    const test::FixedClock clock("2026-11-24T12:00:00Z");
    app::RelaySettings fallback, settings;
    fallback.host = settings.host = relay::Host::parse("smtp.mailer.example").value();
    fallback.fallback = true;
    settings.domains = {relay::DomainPattern::parse("example.com").value()};
    int reviews = 0;
    bool refuses = true;
    const app::ReviewRelay review = [&](const relay::Relay& relay,
                                        const std::vector<relay::Relay>& relays) -> base::Result<void> {
        ++reviews;
        // Nobody else waits meanwhile.
        CHECK(relay::Transaction::begin(store).has_value());
        CHECK(relay.name == "news");
        CHECK(relays.size() == 2);
        if (!refuses) return {};
        return base::Error{.kind = base::ErrorKind::conflict, .message = "no"};
    };
    const auto add = [&](const std::string& name, const app::RelaySettings& with) {
        return app::add_relay(store, clock, name, with, app::Existing::refuse, app::DryRun::no, review);
    };
    CHECK(add("own", fallback).has_value());
    CHECK(reviews == 0);
    CHECK(add("news", settings).error().kind == base::ErrorKind::conflict);
    CHECK(store.relays().value().size() == 1);
    refuses = false;
    CHECK(add("news", settings).value().action == app::Action::added);
    CHECK(reviews == 2);
    app::RelaySettings edited;
    edited.description = "x";
    CHECK(app::edit_relay(store, clock, "news", edited, app::DryRun::no, review).has_value());
    CHECK(reviews == 2);
    edited.return_path = relay::FromReturnPath{};
    CHECK(app::edit_relay(store, clock, "news", edited, app::DryRun::no, review).has_value());
    CHECK(reviews == 3);
}

TEST_CASE("a relay that another falls back to is not deleted without it") {
    test::MemoryStore store;
    const test::FixedClock clock("2026-11-24T12:00:00Z");
    app::RelaySettings settings;
    settings.host = relay::Host::parse("smtp.mailer.example").value();
    for (const auto* name : {"a", "b", "news"}) {
        settings.domains = {relay::DomainPattern::parse(std::string(name) + ".example").value()};
        if (name == std::string_view("news")) settings.fallback_to = {"a", "b"};
        CHECK(
            app::add_relay(store, clock, name, settings, app::Existing::refuse, app::DryRun::no).has_value());
    }
    const auto remove = [&](const std::vector<std::string>& names) {
        return app::delete_relays(store, names, app::Missing::refuse, app::DryRun::no);
    };
    const auto error = remove({"a"}).error();
    CHECK(error.kind == base::ErrorKind::conflict);
    CHECK(error.message == "relay news falls back to a");
    CHECK(error.hint == "relayctl edit news --fallback-to b");
    CHECK(remove({"a", "news"}).has_value());
}

TEST_CASE("lines of the log go when they are older than the setting says") {
    test::MemoryStore store;
    const test::FixedClock clock{"2026-11-24T12:00:00Z"};
    const auto append = [&](std::string_view time) {
        relay::LogEntry entry{.at = base::parse_rfc3339(time).value(),
                              .relay = "news",
                              .from_domain = base::DomainName::parse("example.com").value()};
        app::append_log(store, entry).value();
        return store.log_entries({}).value().size();
    };
    CHECK(append("2026-08-01T00:00:00Z") == 1);
    CHECK(append("2026-10-29T00:00:00Z") == 2);
    CHECK(append("2026-11-01T00:00:00Z") == 2);
    const auto* setting = relay::find_setting(relay::log_keep).value();
    CHECK(app::change_setting(store, clock, *setting, "2d", app::DryRun::no).value().changed);
    CHECK(append("2026-11-02T00:00:00Z") == 2);
    CHECK(append("2026-11-05T00:00:00Z") == 1);
}
