#include "relay/relay_day.hpp"

#include <doctest/doctest.h>

namespace {

using relay::RelayDay;

base::Time time_of(std::string_view text) {
    return base::parse_rfc3339(text).value();
}

relay::Relay make_relay(std::optional<std::uint32_t> limit,
                        relay::LimitUnit unit = relay::LimitUnit::messages) {
    relay::Relay relay{.id = 1, .name = "news", .host = relay::Host::parse("smtp.mailer.example").value()};
    relay.daily_limit = limit;
    relay.limit_unit = unit;
    return relay;
}

}  // namespace

TEST_CASE("a zone is UTC or an offset, and its text parses back") {
    for (const char* text : {"UTC", "+09:00", "-03:30", "+14:00"})
        CHECK(relay::to_string(relay::parse_zone_offset(text).value()) == text);
    CHECK(relay::parse_zone_offset("utc").value() == relay::ZoneOffset(0));
    for (const char* text :
         {"", "9", "+9:00", "+09:60", "+14:01", "+15:00", "09:00", "+0a:00", "Asia/Tokyo", "+09-00"})
        CHECK(relay::parse_zone_offset(text).has_error());
}

TEST_CASE("a day begins and ends in its zone") {
    const auto tokyo = relay::parse_zone_offset("+09:00").value(),
               west = relay::parse_zone_offset("-03:30").value();
    CHECK(relay::to_string(relay::day_of(time_of("2026-11-24T14:59:59Z"), tokyo)) == "2026-11-24");
    CHECK(relay::to_string(relay::day_of(time_of("2026-11-24T15:00:00Z"), tokyo)) == "2026-11-25");
    CHECK(relay::to_string(relay::day_of(time_of("2026-11-24T03:29:59Z"), west)) == "2026-11-23");
    for (const auto zone : {tokyo, west, relay::ZoneOffset(0)}) {
        const auto end = relay::end_of(relay::day_of(time_of("2026-11-24T12:00:00Z"), zone), zone);
        CHECK(relay::day_of(end, zone) ==
              relay::day_of(end - std::chrono::seconds(1), zone) + std::chrono::days(1));
    }
}

TEST_CASE("there is room up to the limit and not one beyond") {
    const RelayDay day{.relay = 1, .messages = 9, .recipients = 90};
    CHECK(relay::has_room(make_relay(10), day, 1000));
    CHECK_FALSE(relay::has_room(make_relay(9), day, 1));
    CHECK_FALSE(relay::has_room(make_relay(8), day, 1));
    CHECK(relay::has_room(make_relay(std::nullopt), day, 1000));
    const auto by_recipients = make_relay(100, relay::LimitUnit::recipients);
    CHECK(relay::has_room(by_recipients, day, 10));
    CHECK_FALSE(relay::has_room(by_recipients, day, 11));
    CHECK_FALSE(relay::has_room(by_recipients, day, ~std::uint64_t{0}));
}

TEST_CASE("what the relay said of its limit counts, whatever was counted here") {
    CHECK_FALSE(relay::has_room(make_relay(10), {.relay = 1, .limit_told = true}, 1));
    CHECK_FALSE(relay::has_room(make_relay(std::nullopt), {.relay = 1, .limit_told = true}, 1));
}

TEST_CASE("a relay on whose day nothing happened has an empty one") {
    const RelayDay other{.relay = 2, .messages = 5};
    CHECK(relay::day_of(make_relay(10), {other}) == RelayDay{.relay = 1});
    CHECK(relay::day_of(make_relay(10), {other, {.relay = 1, .messages = 3}}).messages == 3);
}

TEST_CASE("near its limit is four fifths of it and more") {
    const auto near = [](std::optional<std::uint32_t> limit, std::uint64_t messages) {
        return relay::is_near_limit(make_relay(limit), {.relay = 1, .messages = messages});
    };
    CHECK_FALSE(near(10, 7));
    CHECK(near(10, 8));
    CHECK(near(10, 11));
    CHECK_FALSE(near(7, 5));
    CHECK(near(7, 6));
    CHECK_FALSE(near(std::nullopt, 1'000'000));
}
