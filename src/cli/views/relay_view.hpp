// A relay as an item of the output, and the columns of its tables.
#pragma once

#include <span>

#include "app/relays.hpp"
#include "cli/listing.hpp"

namespace cli {

output::Value relay_item(const relay::Relay& relay);
// What it carried today and whether it is tripped: members state, tripped and today.
void set_today(output::Value& item, const relay::Relay& relay, const relay::RelayDay& day);
// What app::key_warnings() says of it: member dkim_warnings.
void set_key_warnings(output::Value& item, const std::vector<base::Error>& warnings);
std::span<const ColumnView> relay_columns();       // of list
std::span<const ColumnView> relay_show_columns();  // of show: every field

// What a writing command answers: the relay, "action" and "changed".
output::Value outcome_item(const app::RelayOutcome& outcome);

}  // namespace cli
