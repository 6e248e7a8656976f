// What becomes of the day that daily limits count when another time zone is set.
#pragma once

#include <optional>

#include "base/clock.hpp"
#include "relay/store.hpp"

namespace app {

// Inside a transaction, behind the change of the setting: what each relay has carried in the day of the zone
// before, and whether it is out of use, goes on counting until the next day of the new zone begins, so that
// setting a zone begins no count anew. The moment when that is; nullopt = the zone is the same, or nothing
// was counted. Errors: the store's.
base::Result<std::optional<base::Time>> keep_counting(relay::Store& store, const base::Clock& clock,
                                                      relay::ZoneOffset before);

}  // namespace app
