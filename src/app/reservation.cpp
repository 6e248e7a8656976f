#include "app/reservation.hpp"

#include <algorithm>

#include "app/settings.hpp"

namespace app {

namespace {

// Counts and log lines come by the thousand, and a sync each would make them the slowest part of sending. A
// process that is killed takes none of them back. A loss of power may take the last moments': then a day's
// count is short of so many, and the log too.
constexpr auto counting = relay::Durability::process;

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

namespace {

struct Choice {
    std::vector<relay::Relay> relays;
    std::vector<relay::RelayDay> days;
    relay::Day day = {};
    std::vector<relay::Candidate> route = {};
};

// The relay that was asked for by name, as if it served every domain and type: what is left are its state and
// its limits.
std::vector<relay::Candidate> route_of_one(const ReservationWish& wish, const Choice& choice) {
    std::vector<relay::Relay> one;
    for (auto relay : choice.relays) {
        if (relay.id != *wish.only) continue;
        relay.fallback = true;
        one.push_back(std::move(relay));
    }
    return relay::find_route(wish.sender_domain, wish.type, one, choice.days, wish.recipients);
}

base::Result<Choice> choose(relay::Store& store, const base::Clock& clock, const ReservationWish& wish) {
    TRY(const auto zone, zone_of(store));
    Choice choice{.relays = {}, .days = {}, .day = relay::day_of(clock.now(), zone)};
    TRY(choice.relays, store.relays());
    TRY(choice.days, store.relay_days(choice.day));
    choice.route = wish.only ? route_of_one(wish, choice)
                             : relay::find_route(wish.sender_domain, wish.type, choice.relays, choice.days,
                                                 wish.recipients);
    if (wish.past_limit == PastLimit::stop && find_limited(choice.route) != nullptr)
        for (auto& candidate : choice.route)
            if (candidate.step == relay::RouteStep::taken) candidate.step = relay::RouteStep::spare;
    return choice;
}

}  // namespace

const relay::Candidate* find_limited(const std::vector<relay::Candidate>& route) {
    for (const auto& candidate : route) {
        if (candidate.step == relay::RouteStep::taken) return nullptr;
        if (candidate.step == relay::RouteStep::limit_reached) return &candidate;
    }
    return nullptr;
}

base::Result<std::vector<relay::Candidate>> preview(relay::Store& store, const base::Clock& clock,
                                                    const ReservationWish& wish) {
    TRY(auto choice, choose(store, clock, wish));
    return std::move(choice.route);
}

base::Result<ReservedRoute> reserve(relay::Store& store, const base::Clock& clock,
                                    const ReservationWish& wish) {
    TRY(auto transaction, relay::Transaction::begin(store, counting));
    TRY(auto choice, choose(store, clock, wish));
    ReservedRoute reserved{.route = std::move(choice.route)};
    const auto* taken = relay::taken(reserved.route);
    if (taken == nullptr) return reserved;
    const auto relay = std::find_if(choice.relays.begin(), choice.relays.end(),
                                    [&](const auto& each) { return each.id == taken->relay; });
    auto today = relay::day_of(*relay, choice.days);
    today.day = choice.day;
    today.messages += 1;
    today.recipients += wish.recipients;
    TRY_VOID(store.set_relay_day(today));
    TRY_VOID(transaction.commit());
    reserved.taken = Reservation{.relay = *relay, .day = choice.day, .recipients = wish.recipients};
    return reserved;
}

base::Result<ReservedRoute> reserve(relay::Store& store, const base::Clock& clock,
                                    const base::DomainName& sender_domain, relay::MailType type,
                                    std::uint64_t recipients) {
    ReservationWish wish{.sender_domain = sender_domain};
    wish.type = type;
    wish.recipients = recipients;
    return reserve(store, clock, wish);
}

base::Result<bool> settle(relay::Store& store, const Reservation& reservation, const SendingOutcome& outcome,
                          const std::optional<relay::LogEntry>& entry) {
    TRY(auto transaction, relay::Transaction::begin(store, counting));
    TRY(auto today, day_in_store(store, reservation.relay, reservation.day));
    if (outcome.given == Given::back) {
        today.messages -= std::min<std::uint64_t>(today.messages, 1);
        today.recipients -= std::min(today.recipients, reservation.recipients);
    }
    today.limit_told = today.limit_told || outcome.limit_told;
    const bool was_tripped = !today.tripped.empty();
    if (outcome.tried) today.failures = outcome.failure.empty() ? 0 : today.failures + 1;
    if (!was_tripped && today.failures >= failures_to_trip) today.tripped = outcome.failure;
    TRY_VOID(store.set_relay_day(today));
    if (entry) {
        TRY(const auto id, store.append_log(*entry));
        static_cast<void>(id);
    }
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
