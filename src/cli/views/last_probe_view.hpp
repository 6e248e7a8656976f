// The last result of a relay's probe, in list and show.
#pragma once

#include <map>

#include "cli/listing.hpp"
#include "relay/last_probe.hpp"

namespace cli {

// Null without one, or when the relay was changed since.
output::Value last_probe_item(const relay::Relay& relay, const std::optional<relay::LastProbe>& probe,
                              base::Time now);

// Of an item whose "last_probe" is that. "ok 2026-11-23T15:56:00Z", on a terminal "ok 5m ago".
output::Cell last_probe_cell(const output::Value& item);
// With the reason and the age: "fail certificate expired, 5m ago".
output::Cell last_probe_full_cell(const output::Value& item);

}  // namespace cli
