// How long the stages of a repeated probe took.
#pragma once

#include <span>

#include "app/repeat_probe.hpp"
#include "cli/listing.hpp"
#include "output/terminal.hpp"
#include "output/value.hpp"

namespace cli {

output::Value repeat_item(const app::RepeatedProbe& repeated);
// A row a stage: the target, the stage, how many runs completed it, and its times.
output::Value::Array stage_rows(const app::RepeatedProbe& repeated);
std::span<const ColumnView> stage_columns();
// Of one probe, a line a stage that was reached: "TIME   connect        38 ms  ####".
std::string stages_text(const std::optional<app::Milliseconds>& dns, const app::StageTimes& times,
                        const output::Terminal& terminal);

// A table with a bar for each stage's share of the total.
std::string times_text(const app::RepeatedProbe& repeated, const output::Terminal& terminal);

}  // namespace cli
