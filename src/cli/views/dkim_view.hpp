// A DKIM key as an item of the output.
#pragma once

#include <span>

#include "cli/listing.hpp"
#include "relay/relay.hpp"

namespace cli {

output::Value dkim_key_item(const relay::DkimKey& key);
std::span<const ColumnView> dkim_key_columns();

}  // namespace cli
