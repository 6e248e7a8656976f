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
    std::optional<LimitStop> stop = {};
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

// The first before the one taken that has no room and lets nobody stand in for it. What it stands in for
// itself may take the message another day: then nothing is refused for good.
std::optional<LimitStop> find_stop(const ReservationWish& wish, const Choice& choice) {
    bool is_stand_in = false;
    for (const auto& candidate : choice.route) {
        if (candidate.step == relay::RouteStep::taken) break;
        if (candidate.step == relay::RouteStep::tripped) is_stand_in = true;
        const bool too_many = candidate.step == relay::RouteStep::too_many;
        if (!too_many && candidate.step != relay::RouteStep::limit_reached) continue;
        const auto relay = std::find_if(choice.relays.begin(), choice.relays.end(),
                                        [&](const auto& each) { return each.id == candidate.relay; });
        const auto over = wish.over.value_or(relay->over_limit);
        if (over == relay::OverLimit::fallback) {
            is_stand_in = is_stand_in || !too_many;
            continue;
        }
        if (is_stand_in)
            return LimitStop{
                .relay = candidate.relay, .over = relay::OverLimit::defer, .step = candidate.step};
        // No other day has room for it either.
        return LimitStop{.relay = candidate.relay,
                         .over = too_many ? relay::OverLimit::reject : over,
                         .step = candidate.step};
    }
    return std::nullopt;
}

// A relay that is not to be taken may still be the first that could take the message.
void pass_over_unwanted(const ReservationWish& wish, std::vector<relay::Candidate>& route) {
    for (;;) {
        const auto* taken = relay::taken(route);
        if (taken == nullptr) return;
        const auto unwanted = wish.passed_over.find(taken->relay);
        if (unwanted == wish.passed_over.end()) return;
        relay::pass_over(route, taken->relay, unwanted->second);
    }
}

base::Result<Choice> choose(relay::Store& store, const base::Clock& clock, const ReservationWish& wish) {
    TRY(const auto zone, zone_of(store));
    Choice choice{.relays = {}, .days = {}, .day = relay::day_of(clock.now(), zone)};
    TRY(choice.relays, store.relays());
    TRY(choice.days, store.relay_days(choice.day));
    choice.route = wish.only ? route_of_one(wish, choice)
                             : relay::find_route(wish.sender_domain, wish.type, choice.relays, choice.days,
                                                 wish.recipients);
    pass_over_unwanted(wish, choice.route);
    choice.stop = find_stop(wish, choice);
    if (choice.stop)
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

base::Result<ReservedRoute> preview(relay::Store& store, const base::Clock& clock,
                                    const ReservationWish& wish) {
    TRY(auto choice, choose(store, clock, wish));
    return ReservedRoute{.route = std::move(choice.route),
                         .taken = {},
                         .stop = choice.stop,
                         .relays = std::move(choice.relays)};
}

base::Result<ReservedRoute> reserve(relay::Store& store, const base::Clock& clock,
                                    const ReservationWish& wish) {
    TRY(auto transaction, relay::Transaction::begin(store, counting));
    TRY(auto choice, choose(store, clock, wish));
    ReservedRoute reserved{.route = std::move(choice.route), .taken = {}, .stop = choice.stop};
    const auto* taken = relay::taken(reserved.route);
    if (taken == nullptr) return reserved;
    const auto relay = std::find_if(choice.relays.begin(), choice.relays.end(),
                                    [&](const auto& each) { return each.id == taken->relay; });
    auto today = relay::day_of(*relay, choice.days);
    today.day = choice.day;
    const bool was_near = relay::is_near_limit(*relay, today);
    today.messages += 1;
    today.recipients += wish.recipients;
    TRY_VOID(store.set_relay_day(today));
    TRY_VOID(transaction.commit());
    const bool nears = !was_near && relay::is_near_limit(*relay, today);
    reserved.taken = Reservation{.relay = *relay,
                                 .day = choice.day,
                                 .recipients = wish.recipients,
                                 .today = std::move(today),
                                 .nears_limit = nears};
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

namespace {

// nullopt = never.
base::Result<std::optional<unsigned>> failures_to_trip(relay::Store& store) {
    TRY(const auto text, find_setting_value(store, relay::failures_to_trip));
    return relay::parse_failures_to_trip(text.value_or(std::string(relay::usual_failures_to_trip)));
}

}  // namespace

base::Result<void> write_log_line(relay::Store& store, const relay::LogEntry& entry) {
    TRY(const auto id, store.append_log(entry));
    static_cast<void>(id);
    TRY(const auto keep, find_setting_value(store, relay::log_keep));
    const auto span =
        base::parse_span(keep.value_or(std::string(relay::usual_log_keep)), relay::longest_log_keep);
    if (span) TRY_VOID(store.prune_log(entry.at - *span));
    return {};
}

base::Result<bool> settle(relay::Store& store, const Reservation& reservation, const SendingOutcome& outcome,
                          const std::optional<relay::LogEntry>& entry) {
    TRY(auto transaction, relay::Transaction::begin(store, counting));
    TRY(auto today, day_in_store(store, reservation.relay, reservation.day));
    if (outcome.given == Given::back) {
        today.messages -= std::min<std::uint64_t>(today.messages, 1);
        today.recipients -= std::min(today.recipients, reservation.recipients);
    }
    today.limit_told = today.limit_told || outcome.limit == smtp::Limit::today;
    const bool was_tripped = !today.tripped.empty();
    if (outcome.tried) today.failures = outcome.failure.empty() ? 0 : today.failures + 1;
    if (!was_tripped && !outcome.failure.empty()) {
        TRY(const auto most, failures_to_trip(store));
        if (most && today.failures >= *most) today.tripped = outcome.failure;
    }
    TRY_VOID(store.set_relay_day(today));
    if (entry) TRY_VOID(write_log_line(store, *entry));
    TRY_VOID(transaction.commit());
    return !was_tripped && !today.tripped.empty();
}

base::Result<bool> clear_trip(relay::Store& store, const base::Clock& clock, relay::RelayId relay) {
    TRY(const auto zone, zone_of(store));
    const auto day = relay::day_of(clock.now(), zone);
    TRY(const auto days, store.relay_days(day));
    const auto found =
        std::find_if(days.begin(), days.end(), [&](const auto& each) { return each.relay == relay; });
    if (found == days.end()) return false;
    const bool was_out = !found->tripped.empty() || found->limit_told;
    if (!was_out && found->failures == 0) return false;
    auto cleared = *found;
    cleared.tripped.clear();
    cleared.limit_told = false;
    cleared.failures = 0;
    TRY_VOID(store.set_relay_day(cleared));
    return was_out;
}

}  // namespace app
