// The use cases that change the settings of a store.
#pragma once

#include <optional>
#include <string>

#include "app/dry_run.hpp"
#include "base/clock.hpp"
#include "relay/setting.hpp"
#include "relay/store.hpp"

namespace app {

// The value as stored, or nullopt where it is not set.
base::Result<std::optional<std::string>> find_setting_value(relay::Store& store, std::string_view name);

struct SettingChange {
    bool changed = false;                         // a value that reads the same is no change
    std::optional<base::Time> counts_until = {};  // see keep_counting()
};
// One transaction. `value` must have gone through Setting::parse; nullopt forgets it.
base::Result<SettingChange> change_setting(relay::Store& store, const base::Clock& clock,
                                           const relay::Setting& setting,
                                           const std::optional<std::string>& value, DryRun dry_run);

}  // namespace app
