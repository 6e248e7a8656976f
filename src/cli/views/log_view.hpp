// A line of the log as an item of the output.
#pragma once

#include "cli/listing.hpp"
#include "relay/log_entry.hpp"

namespace cli {

std::span<const ColumnView> log_columns();
output::Value log_item(const relay::LogEntry& entry);

}  // namespace cli
