#include "app/reservation.hpp"

#include <algorithm>

#include "app/settings.hpp"

namespace app {

namespace {

base::Result<relay::RelayDay> day_in_store(relay::Store& store, const relay::Relay& relay, relay::Day day) {
    TRY(const auto days, store.relay_days(day));
    auto found = relay::day_of(relay, days);
    found.day = day;
    return found;
}

}  // namespace

base::Result<relay::ZoneOffset> zone_of(relay::Store& store) {
    TRY(const auto text, find_setting_value(store, relay::time_zone));
    return text ? relay::parse_zone_offset(*text) : base::Result<relay::ZoneOffset>(relay::ZoneOffset(0));
}

base::Result<ReservedRoute> reserve(relay::Store& store, const base::Clock& clock,
                                    const base::DomainName& sender_domain, relay::MailType type,
                                    std::uint64_t recipients) {
    TRY(auto transaction, relay::Transaction::begin(store));
    TRY(const auto zone, zone_of(store));
    const auto day = relay::day_of(clock.now(), zone);
    TRY(const auto relays, store.relays());
    TRY(const auto days, store.relay_days(day));
    ReservedRoute reserved{.route = relay::find_route(sender_domain, type, relays, days, recipients)};
    const auto* taken = relay::taken(reserved.route);
    if (taken == nullptr) return reserved;
    const auto relay =
        std::find_if(relays.begin(), relays.end(), [&](const auto& each) { return each.id == taken->relay; });
    auto today = relay::day_of(*relay, days);
    today.day = day;
    today.messages += 1;
    today.recipients += recipients;
    TRY_VOID(store.set_relay_day(today));
    TRY_VOID(transaction.commit());
    reserved.taken = Reservation{.relay = *relay, .day = day, .recipients = recipients};
    return reserved;
}

base::Result<bool> settle(relay::Store& store, const Reservation& reservation,
                          const SendingOutcome& outcome) {
    TRY(auto transaction, relay::Transaction::begin(store));
    TRY(auto today, day_in_store(store, reservation.relay, reservation.day));
    if (outcome.given == Given::back) {
        today.messages -= std::min<std::uint64_t>(today.messages, 1);
        today.recipients -= std::min(today.recipients, reservation.recipients);
    }
    today.limit_told = today.limit_told || outcome.limit_told;
    const bool was_tripped = !today.tripped.empty();
    today.failures = outcome.failure.empty() ? 0 : today.failures + 1;
    if (!was_tripped && today.failures >= failures_to_trip) today.tripped = outcome.failure;
    TRY_VOID(store.set_relay_day(today));
    TRY_VOID(transaction.commit());
    return !was_tripped && !today.tripped.empty();
}

base::Result<bool> clear_trip(relay::Store& store, const base::Clock& clock, relay::RelayId relay) {
    TRY(const auto zone, zone_of(store));
    const auto day = relay::day_of(clock.now(), zone);
    TRY(const auto days, store.relay_days(day));
    const auto found =
        std::find_if(days.begin(), days.end(), [&](const auto& each) { return each.relay == relay; });
    if (found == days.end() || found->tripped.empty()) return false;
    auto cleared = *found;
    cleared.tripped.clear();
    cleared.failures = 0;
    TRY_VOID(store.set_relay_day(cleared));
    return true;
}

}  // namespace app
