#include "cli/views/times_view.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/probe_summary.hpp"
#include "cli/told.hpp"
#include "cli/views/finding_view.hpp"
#include "cli/views/probe_view.hpp"
#include "output/table.hpp"

namespace cli {

using output::Alignment;
using output::Value;

namespace {

constexpr std::int64_t bar_width = 24;

// What a person reads for a stage.
constexpr std::pair<std::string_view, std::string_view> spoken_stages[] = {
    {"dns", "DNS"}, {"ehlo", "EHLO"}, {"tls", "TLS"}, {"ehlo_after_tls", "EHLO in TLS"}};

std::string_view spoken_stage(std::string_view stage) {
    for (const auto& [key, words] : spoken_stages)
        if (key == stage) return words;
    return stage;
}

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

bool is_stage_column(std::string_view key) {
    constexpr std::string_view keys[] = {"stage", "count", "min_ms", "median_ms", "max_ms"};
    return std::find(std::begin(keys), std::end(keys), key) != std::end(keys);
}

std::vector<ColumnView> stage_columns() {
    const auto all = probe_columns();
    std::vector<ColumnView> columns(all.begin(), all.end());
    for (auto& column : columns)
        column.shown = column.key == "target" || is_stage_column(column.key);
    return columns;
}

Value::Array stage_rows(const app::RepeatedProbe& repeated, base::Time now) {
    const auto of_endpoints = probe_rows(repeated.report, now);
    const auto deciding = app::deciding_combination(repeated.report);
    Value::Array rows;
    if (!deciding) return rows;
    for (const auto& stage : repeated.stages) {
        rows.push_back(of_endpoints[*deciding]);
        const Value item = stage_item(stage);
        for (const auto& [key, value] : std::get<Value::Object>(item.data()))
            rows.back().set(key, value);
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
        table.rows.push_back({{.text = std::string(spoken_stage(stage.stage))},
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
        {"dns", dns},         {"connect", times.connect}, {"greeting", times.greeting},
        {"ehlo", times.ehlo}, {"tls", times.tls},         {"ehlo_after_tls", times.ehlo_after_tls}};
    app::Milliseconds longest{0};
    for (const auto& [name, time] : stages)
        longest = std::max(longest, time.value_or(app::Milliseconds(0)));
    std::string text;
    for (const auto& [name, time] : stages) {
        if (!time) continue;
        const auto drawn = bar(*time, longest, terminal);
        text += titled_line(text.empty() ? "TIME" : "",
                            fmt::format("{:<11} {:>5} ms{}{}", spoken_stage(name), time->count(),
                                        drawn.empty() ? "" : "  ", drawn));
    }
    return text;
}

}  // namespace cli
