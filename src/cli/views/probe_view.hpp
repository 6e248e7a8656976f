// A probe's report as an item, as rows (one a combination), and as the matrix.
#pragma once

#include <span>
#include <string>

#include "app/probe_relay.hpp"
#include "cli/listing.hpp"
#include "cli/views/finding_view.hpp"
#include "output/terminal.hpp"

namespace cli {

// What its findings' remedies speak of.
RemedyTarget remedy_target(const app::ProbeReport& report);
output::Value probe_item(const app::ProbeReport& report, base::Time now);
output::Value::Array probe_rows(const app::ProbeReport& report, base::Time now);
std::span<const ColumnView> probe_columns();
// The combinations alone, as probe_text() has them.
std::string matrix_text(const app::ProbeReport& report, const output::Terminal& terminal);
// "ok: the configured endpoint, 587 tls, works", a line.
std::string verdict_text(const app::ProbeReport& report, const output::Terminal& terminal);
std::string named_verdict(
    const app::ProbeReport& report);  // "news: ok: ...", for where nothing else says whose
std::string probe_text(const app::ProbeReport& report, base::Time now, const output::Terminal& terminal);

}  // namespace cli
