#include "app/time_zone.hpp"

#include <algorithm>

#include "app/reservation.hpp"

namespace app {

namespace {

bool has_counted(const relay::RelayDay& day) {
    return day.messages != 0 || day.failures != 0 || !day.tripped.empty() || day.limit_told;
}

}  // namespace

base::Result<std::optional<base::Time>> keep_counting(relay::Store& store, const base::Clock& clock,
                                                      relay::ZoneOffset before) {
    TRY(const auto zone, zone_of(store));
    if (zone == before) return std::optional<base::Time>();
    const auto now = clock.now();
    const auto day = relay::day_of(now, zone);
    const auto day_before = relay::day_of(now, before);
    TRY(const auto counted, store.relay_days(day_before));
    if (day != day_before) {
        // Of yesterday, where the new zone lies west; or from an earlier change of the zone.
        TRY(const auto stale, store.relay_days(day));
        for (const auto& each : stale)
            TRY_VOID(store.set_relay_day({.relay = each.relay, .day = day}));
        for (auto each : counted) {
            // Where the new zone lies west, that day is to come once more.
            TRY_VOID(store.set_relay_day({.relay = each.relay, .day = day_before}));
            each.day = day;
            TRY_VOID(store.set_relay_day(each));
        }
    }
    if (std::none_of(counted.begin(), counted.end(), has_counted)) return std::optional<base::Time>();
    return std::optional(relay::end_of(day, zone));
}

}  // namespace app
