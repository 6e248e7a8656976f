// How long the stages of a repeated probe took.
#pragma once

#include "app/repeat_probe.hpp"
#include "output/terminal.hpp"
#include "output/value.hpp"

namespace cli {

output::Value repeat_item(const app::RepeatedProbe& repeated);
// A table with a bar for each stage's share of the total.
std::string times_text(const app::RepeatedProbe& repeated, const output::Terminal& terminal);

}  // namespace cli
