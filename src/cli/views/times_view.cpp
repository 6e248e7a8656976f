#include "cli/views/times_view.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/told.hpp"
#include "cli/views/finding_view.hpp"
#include "output/table.hpp"

namespace cli {

using output::Alignment;
using output::Value;

namespace {

constexpr std::int64_t bar_width = 24;

constexpr ColumnView columns_of_stages[] = {
    {.key = "target", .title = "TARGET", .never_cut = true},
    {.key = "stage", .title = "STAGE"},
    {.key = "count", .title = "COUNT", .number = true},
    {.key = "min_ms", .title = "MIN", .number = true},
    {.key = "median_ms", .title = "MEDIAN", .number = true},
    {.key = "max_ms", .title = "MAX", .number = true},
};

std::string bar(app::Milliseconds part, app::Milliseconds whole, const output::Terminal& terminal) {
    if (whole.count() <= 0 || part.count() <= 0) return "";
    const auto length = std::clamp<std::int64_t>(part.count() * bar_width / whole.count(), 1, bar_width);
    std::string text;
    for (std::int64_t i = 0; i < length; ++i)
        text += terminal.unicode ? "█" : "#";
    return text;
}

Value stage_item(const app::StageStats& stage) {
    return Value::object({{"stage", stage.stage},
                          {"count", stage.count},
                          {"min_ms", stage.min.count()},
                          {"median_ms", stage.median.count()},
                          {"max_ms", stage.max.count()}});
}

}  // namespace

std::span<const ColumnView> stage_columns() {
    return columns_of_stages;
}

Value::Array stage_rows(const app::RepeatedProbe& repeated) {
    const auto& target = repeated.report.target;
    Value::Array rows;
    for (const auto& stage : repeated.stages) {
        rows.push_back(stage_item(stage));
        rows.back().set("target", target.relay.empty() ? target.host.to_string() : target.relay);
    }
    return rows;
}

Value repeat_item(const app::RepeatedProbe& repeated) {
    Value stages = Value::array();
    for (const auto& stage : repeated.stages)
        stages.push_back(stage_item(stage));
    return Value::object({{"runs", repeated.runs}, {"good", repeated.good}, {"stages", std::move(stages)}});
}

std::string times_text(const app::RepeatedProbe& repeated, const output::Terminal& terminal) {
    app::Milliseconds longest{0};
    for (const auto& stage : repeated.stages)
        longest = std::max(longest, stage.median);
    output::Table table{.columns = {{.key = "stage", .title = "STAGE"},
                                    {.key = "min", .title = "MIN MS", .alignment = Alignment::right},
                                    {.key = "median", .title = "MEDIAN MS", .alignment = Alignment::right},
                                    {.key = "max", .title = "MAX MS", .alignment = Alignment::right},
                                    {.key = "bar", .title = "SHARE"}}};
    for (const auto& stage : repeated.stages)
        table.rows.push_back({{.text = std::string(stage.stage)},
                              {.text = std::to_string(stage.min.count())},
                              {.text = std::to_string(stage.median.count())},
                              {.text = std::to_string(stage.max.count())},
                              {.display = bar(stage.median, longest, terminal)}});
    return "\n" + told(fmt::format("{} probes, {} of them good", repeated.runs, repeated.good)) + "\n" +
           output::render_table(table, terminal);
}

std::string stages_text(const std::optional<app::Milliseconds>& dns, const app::StageTimes& times,
                        const output::Terminal& terminal) {
    const std::pair<std::string_view, std::optional<app::Milliseconds>> stages[] = {
        {"DNS", dns},         {"connect", times.connect}, {"greeting", times.greeting},
        {"EHLO", times.ehlo}, {"TLS", times.tls},         {"EHLO in TLS", times.ehlo_after_tls}};
    app::Milliseconds longest{0};
    for (const auto& [name, time] : stages)
        longest = std::max(longest, time.value_or(app::Milliseconds(0)));
    std::string text;
    for (const auto& [name, time] : stages) {
        if (!time) continue;
        const auto drawn = bar(*time, longest, terminal);
        text += titled_line(
            text.empty() ? "TIME" : "",
            fmt::format("{:<11} {:>5} ms{}{}", name, time->count(), drawn.empty() ? "" : "  ", drawn));
    }
    return text;
}

}  // namespace cli
