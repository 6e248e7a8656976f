#include "app/reservation.hpp"

#include <doctest/doctest.h>

#include "app/settings.hpp"
#include "support/memory_store.hpp"

namespace {

using app::Given;
using relay::MailType;

struct Scene {
    test::MemoryStore store;
    test::FixedClock clock{"2026-11-24T12:00:00Z"};

    void add(const std::string& name, std::optional<std::uint32_t> limit, bool fallback = false) {
        relay::Relay relay{.name = name, .host = relay::Host::parse("smtp.mailer.example").value()};
        relay.daily_limit = limit;
        relay.fallback = fallback;
        if (!fallback) {
            relay.domains = {relay::DomainPattern::parse("example.com").value()};
            relay.mail_types = {MailType::mass};
        }
        auto transaction = relay::Transaction::begin(store).value();
        static_cast<void>(store.insert_relay(relay).value());
        transaction.commit().value();
    }
    app::ReservedRoute reserve(std::uint64_t recipients = 1) {
        return app::reserve(store, clock, base::DomainName::parse("example.com").value(), MailType::mass,
                            recipients)
            .value();
    }
    std::string taken(std::uint64_t recipients = 1) {
        const auto reserved = reserve(recipients);
        return reserved.taken ? reserved.taken->relay.name : "";
    }
    relay::RelayDay today() {
        const auto days = store.relay_days(relay::day_of(clock.time, relay::ZoneOffset(0))).value();
        return days.empty() ? relay::RelayDay{} : days.front();
    }
};

}  // namespace

TEST_CASE("the limit is used up to the last message, and then the fallback relay takes over") {
    Scene scene;
    scene.add("news", 2);
    scene.add("own", std::nullopt, true);
    CHECK(scene.taken() == "news");
    CHECK(scene.taken() == "news");
    CHECK(scene.taken() == "own");
    CHECK(scene.today().messages == 2);
    scene.clock.time = base::parse_rfc3339("2026-11-25T00:00:00Z").value();
    CHECK(scene.taken() == "news");
}

TEST_CASE(
    "past its limit a relay says whether another may take the mail, and the message may say otherwise") {
    Scene scene;
    scene.add("news", 1);
    scene.add("own", std::nullopt, true);
    CHECK(scene.taken() == "news");
    app::ReservationWish wish{.sender_domain = base::DomainName::parse("example.com").value()};
    wish.type = MailType::mass;
    wish.recipients = 1;
    const auto reserve = [&] { return app::reserve(scene.store, scene.clock, wish).value(); };
    wish.over = relay::OverLimit::reject;
    auto reserved = reserve();
    CHECK_FALSE(reserved.taken);
    REQUIRE(reserved.stop);
    CHECK(reserved.stop->relay == 1);
    CHECK(reserved.stop->over == relay::OverLimit::reject);
    wish.over.reset();
    {
        auto transaction = relay::Transaction::begin(scene.store).value();
        auto news = scene.store.find_relay("news").value().value();
        news.over_limit = relay::OverLimit::defer;
        scene.store.update_relay(news).value();
        transaction.commit().value();
    }
    reserved = reserve();
    CHECK_FALSE(reserved.taken);
    CHECK(reserved.stop->over == relay::OverLimit::defer);
    CHECK(relay::taken(app::preview(scene.store, scene.clock, wish).value().route) == nullptr);
    wish.over = relay::OverLimit::fallback;
    CHECK(reserve().taken->relay.name == "own");
}

TEST_CASE("a fallback at its own limit refuses nothing for good that its relay may take another day") {
    Scene scene;
    scene.add("news", 1);
    scene.add("own", 1, true);
    {
        auto transaction = relay::Transaction::begin(scene.store).value();
        auto own = scene.store.find_relay("own").value().value();
        own.over_limit = relay::OverLimit::reject;
        scene.store.update_relay(own).value();
        transaction.commit().value();
    }
    CHECK(scene.reserve().taken->relay.name == "news");
    CHECK(scene.reserve().taken->relay.name == "own");
    const auto full = scene.reserve();
    REQUIRE(full.stop);
    CHECK(full.stop->relay == 2);
    CHECK(full.stop->over == relay::OverLimit::defer);
}

TEST_CASE("a fallback that was ruled out is passed over, and nothing is counted on it") {
    Scene scene;
    scene.add("news", 1);
    scene.add("own", std::nullopt, true);
    CHECK(scene.taken() == "news");
    app::ReservationWish wish{.sender_domain = base::DomainName::parse("example.com").value()};
    wish.type = MailType::mass;
    wish.passed_over = {{2, relay::RouteStep::unaligned}};
    const auto reserved = app::reserve(scene.store, scene.clock, wish).value();
    CHECK_FALSE(reserved.taken);
    CHECK_FALSE(reserved.stop);
    REQUIRE(reserved.route.size() == 2);
    CHECK(reserved.route.back().step == relay::RouteStep::unaligned);
    CHECK(scene.store.relay_days(relay::day_of(scene.clock.time, relay::ZoneOffset(0))).value().size() == 1);
}

TEST_CASE("more recipients than a relay may carry in a whole day are refused where nobody stands in for it") {
    for (const auto over : {relay::OverLimit::defer, relay::OverLimit::reject, relay::OverLimit::fallback}) {
        Scene scene;
        scene.add("news", 5);
        scene.add("own", std::nullopt, true);
        auto news = scene.store.relays().value().front();
        news.limit_unit = relay::LimitUnit::recipients;
        news.over_limit = over;
        {
            auto transaction = relay::Transaction::begin(scene.store).value();
            scene.store.update_relay(news).value();
            transaction.commit().value();
        }
        app::ReservationWish wish{.sender_domain = base::DomainName::parse("example.com").value()};
        wish.type = MailType::mass;
        wish.recipients = 6;
        const auto reserved = app::reserve(scene.store, scene.clock, wish).value();
        CHECK(reserved.route.front().step == relay::RouteStep::too_many);
        CHECK(reserved.taken.has_value() == (over == relay::OverLimit::fallback));
        CHECK(reserved.stop.has_value() == (over != relay::OverLimit::fallback));
        if (reserved.stop) CHECK(reserved.stop->over == relay::OverLimit::reject);
    }
}

TEST_CASE("the message that makes four fifths of the limit is told, and no other") {
    Scene scene;
    scene.add("news", 5);
    std::string told;
    for (int i = 0; i < 5; ++i)
        told += scene.reserve().taken->nears_limit ? "near " : "- ";
    CHECK(told == "- - - near - ");
}

TEST_CASE("how many failures trip a relay is a setting") {
    for (const auto& [value, trips_at] : {std::pair{"1", 1}, {"5", 5}, {"never", 0}}) {
        Scene scene;
        scene.add("news", std::nullopt);
        const auto* setting = relay::find_setting(relay::failures_to_trip).value();
        CHECK(
            app::change_setting(scene.store, scene.clock, *setting, value, app::DryRun::no).value().changed);
        int tripped_at = 0;
        for (int i = 1; i <= 8 && tripped_at == 0; ++i) {
            const auto reserved = scene.reserve();
            const app::SendingOutcome failed{.given = Given::back, .failure = "no route"};
            if (app::settle(scene.store, *reserved.taken, failed).value()) tripped_at = i;
        }
        CHECK(tripped_at == trips_at);
    }
}

TEST_CASE("without a relay that can take it nothing is counted") {
    Scene scene;
    scene.add("news", 1);
    CHECK(scene.taken() == "news");
    const auto second = scene.reserve();
    CHECK_FALSE(second.taken);
    CHECK(second.route.front().step == relay::RouteStep::limit_reached);
    CHECK(scene.today().messages == 1);
}

TEST_CASE("what was not sent for certain is given back, what may have been sent is not") {
    Scene scene;
    scene.add("news", 1);
    auto reserved = scene.reserve(3);
    CHECK(app::settle(scene.store, *reserved.taken, {.given = Given::back}).value() == false);
    CHECK(scene.today().messages == 0);
    CHECK(scene.today().recipients == 0);
    reserved = scene.reserve(3);
    CHECK(app::settle(scene.store, *reserved.taken, {.given = Given::kept}).value() == false);
    CHECK(scene.today().recipients == 3);
    CHECK(scene.taken() == "");
}

TEST_CASE("three failures in a row trip the relay for the day, one success between them starts anew") {
    Scene scene;
    scene.add("news", std::nullopt);
    const app::SendingOutcome failed{.given = Given::back, .failure = "connection refused"}, sent;
    for (const auto& [outcome, trips] : {std::pair{failed, false},
                                         {failed, false},
                                         {sent, false},
                                         {failed, false},
                                         {failed, false},
                                         {failed, true}})
        CHECK(app::settle(scene.store, *scene.reserve().taken, outcome).value() == trips);
    CHECK(scene.today().tripped == "connection refused");
    CHECK(scene.taken() == "");
    {
        auto transaction = relay::Transaction::begin(scene.store).value();
        CHECK(app::clear_trip(scene.store, scene.clock, 1).value());
        CHECK_FALSE(app::clear_trip(scene.store, scene.clock, 1).value());
        transaction.commit().value();
    }
    CHECK(scene.taken() == "news");
    scene.clock.time = base::parse_rfc3339("2026-11-25T00:00:00Z").value();
    CHECK(scene.taken() == "news");
}

TEST_CASE("a limit that the relay told itself counts for the rest of the day") {
    Scene scene;
    scene.add("news", std::nullopt);
    const auto settle_with = [&](smtp::Limit limit) {
        const auto taken = *scene.reserve().taken;
        static_cast<void>(app::settle(scene.store, taken, {.given = Given::back, .limit = limit}).value());
    };
    settle_with(smtp::Limit::for_now);
    CHECK(scene.taken() == "news");
    settle_with(smtp::Limit::today);
    CHECK(scene.taken() == "");
    auto transaction = relay::Transaction::begin(scene.store).value();
    CHECK(app::clear_trip(scene.store, scene.clock, 1).value());
    transaction.commit().value();
    CHECK(scene.taken() == "news");
}

TEST_CASE("the day begins where the setting says") {
    Scene scene;
    scene.add("news", 1);
    const auto* setting = relay::find_setting(relay::time_zone).value();
    CHECK(app::change_setting(scene.store, scene.clock, *setting, "+09:00", app::DryRun::no).value().changed);
    scene.clock.time = base::parse_rfc3339("2026-11-24T14:59:59Z").value();
    CHECK(scene.taken() == "news");
    CHECK(scene.taken() == "");
    scene.clock.time = base::parse_rfc3339("2026-11-24T15:00:00Z").value();
    CHECK(scene.taken() == "news");
}

TEST_CASE("what is counted goes on counting until the day of a new zone ends") {
    const auto* setting = relay::find_setting(relay::time_zone).value();
    struct Case {
        const char *now, *zone, *ends;
    };
    // The day of the new zone is the next one, the same, and the one before.
    for (const auto& [now, zone, ends] : {Case{"2026-11-24T20:00:00Z", "+09:00", "2026-11-25T15:00:00Z"},
                                          Case{"2026-11-24T12:00:00Z", "+09:00", "2026-11-24T15:00:00Z"},
                                          Case{"2026-11-24T02:00:00Z", "-08:00", "2026-11-24T08:00:00Z"}}) {
        CAPTURE(now);
        Scene scene;
        scene.add("news", 3);
        scene.clock.time = base::parse_rfc3339("2026-11-23T12:00:00Z").value();
        CHECK(scene.taken() == "news");  // is yesterday's
        scene.clock.time = base::parse_rfc3339(now).value();
        CHECK(scene.taken() == "news");
        CHECK(scene.taken() == "news");
        const auto change = [&](const std::optional<std::string>& value, app::DryRun dry_run) {
            return app::change_setting(scene.store, scene.clock, *setting, value, dry_run).value();
        };
        CHECK(change(zone, app::DryRun::yes).counts_until == base::parse_rfc3339(ends).value());
        CHECK(change(zone, app::DryRun::no).counts_until == base::parse_rfc3339(ends).value());
        CHECK(scene.taken() == "news");
        CHECK(scene.taken() == "");
        CHECK(change(std::nullopt, app::DryRun::no).changed);
        CHECK(scene.taken() == "");
        CHECK(change(zone, app::DryRun::no).changed);
        CHECK(scene.taken() == "");
        scene.clock.time = base::parse_rfc3339(ends).value();
        CHECK(scene.taken() == "news");
    }
}

TEST_CASE("a new zone leaves a relay out of use, and says nothing where nothing was counted") {
    const auto* setting = relay::find_setting(relay::time_zone).value();
    Scene scene;
    scene.add("news", std::nullopt);
    scene.clock.time = base::parse_rfc3339("2026-11-24T20:00:00Z").value();
    const auto change = [&](const char* zone) {
        return app::change_setting(scene.store, scene.clock, *setting, zone, app::DryRun::no).value();
    };
    CHECK_FALSE(change("+01:00").counts_until);
    const auto taken = *scene.reserve().taken;
    static_cast<void>(
        app::settle(scene.store, taken, {.given = Given::back, .limit = smtp::Limit::today}).value());
    CHECK(change("+09:00").counts_until);
    CHECK(scene.taken() == "");
}

TEST_CASE("a store that fails at any step reserves nothing") {
    for (int at = 0;; ++at) {
        Scene scene;
        scene.add("news", 1);
        scene.store.fail_from = at;
        scene.store.operations = 0;
        const auto reserved = app::reserve(scene.store, scene.clock,
                                           base::DomainName::parse("example.com").value(), MailType::mass, 1);
        scene.store.fail_from.reset();
        CHECK(scene.today().messages == (reserved.has_value() ? 1 : 0));
        if (reserved.has_value()) break;
    }
}
