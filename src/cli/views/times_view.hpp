// How long the stages of a repeated probe took.
#pragma once

#include <string_view>
#include <vector>

#include "app/repeat_probe.hpp"
#include "cli/listing.hpp"
#include "output/terminal.hpp"
#include "output/value.hpp"

namespace cli {

output::Value repeat_item(const app::RepeatedProbe& repeated);
// A row a stage: how many runs completed it, its times, and what a row of the endpoint has.
output::Value::Array stage_rows(const app::RepeatedProbe& repeated, base::Time now);
bool is_stage_column(std::string_view key);
std::vector<ColumnView> stage_columns();  // those of a probe; shown are the target and what is of stages
// Of one probe, a line a stage that was reached: "TIME   connect        38 ms  ####".
std::string stages_text(const std::optional<app::Milliseconds>& dns, const app::StageTimes& times,
                        const output::Terminal& terminal);

// A table with a bar for each stage's share of the total.
std::string times_text(const app::RepeatedProbe& repeated, const output::Terminal& terminal);

}  // namespace cli
