// A DKIM key as an item of the output.
#pragma once

#include <span>

#include "cli/listing.hpp"
#include "relay/relay.hpp"

namespace cli {

// `relays` are all of the store: those that sign with the key are named.
output::Value dkim_key_item(const relay::DkimKey& key, base::Time now,
                            const std::vector<relay::Relay>& relays = {});
std::span<const ColumnView> dkim_key_columns();

}  // namespace cli
