// A probe's report as an item, as rows (one a combination), and as the matrix.
#pragma once

#include <span>
#include <string>

#include "app/probe_relay.hpp"
#include "cli/listing.hpp"
#include "output/terminal.hpp"

namespace cli {

output::Value probe_item(const app::ProbeReport& report, base::Time now);
output::Value::Array probe_rows(const app::ProbeReport& report, base::Time now);
std::span<const ColumnView> probe_columns();
std::string probe_text(const app::ProbeReport& report, base::Time now, const output::Terminal& terminal);

}  // namespace cli
