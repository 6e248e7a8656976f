#include "app/settings.hpp"

#include "app/reservation.hpp"
#include "app/time_zone.hpp"

namespace app {

base::Result<std::optional<std::string>> find_setting_value(relay::Store& store, std::string_view name) {
    TRY(const auto settings, store.settings());
    const auto found = settings.find(std::string(name));
    if (found == settings.end()) return std::optional<std::string>();
    return std::optional(found->second);
}

base::Result<SettingChange> change_setting(relay::Store& store, const base::Clock& clock,
                                           const relay::Setting& setting,
                                           const std::optional<std::string>& value, DryRun dry_run) {
    TRY(auto transaction, relay::Transaction::begin(store));
    TRY(const auto before, find_setting_value(store, setting.name));
    if (before == value) return SettingChange{};
    TRY(const auto zone, zone_of(store));
    TRY_VOID(store.set_setting(setting.name, value));
    SettingChange change{.changed = true};
    TRY(change.counts_until, keep_counting(store, clock, zone));
    if (dry_run == DryRun::no) TRY_VOID(transaction.commit());
    return change;
}

}  // namespace app
