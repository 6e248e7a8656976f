#include "cli/views/probe_summary.hpp"

#include <fmt/format.h>

#include "app/probe_summary.hpp"
#include "base/text.hpp"
#include "cli/told.hpp"
#include "cli/views/finding_view.hpp"
#include "cli/views/probe_tls_view.hpp"
#include "cli/views/probe_view.hpp"

namespace cli {

using finding::Verdict;
using output::Style;
using output::Value;

namespace {

constexpr std::size_t word_width = 9;  // "unchecked"

std::string padded(std::string text, std::size_t plain_size, std::size_t width) {
    if (plain_size < width) text.append(width - plain_size, ' ');
    return text;
}

std::string ids_of(const app::ProbeReport& report) {
    auto findings = report.findings;
    std::erase_if(findings, [](const auto& finding) { return finding.severity == finding::Severity::info; });
    const Value ids = finding_ids(findings);
    const auto* text = std::get_if<std::string>(&ids.data());
    return text == nullptr ? "" : *text;
}

}  // namespace

std::string good_detail(const app::Combination& cell, base::Time now) {
    if (!cell.tls) return cell.endpoint.security == relay::Security::none ? "in clear text" : "";
    std::string text = cell.outcome == app::Outcome::unverified ? "certificate not verified" : "";
    if (cell.tls->chain.empty()) return text;
    return text + (text.empty() ? "" : ", ") + validity_text(cell.tls->chain.front(), now);
}

std::string_view verdict_word(Verdict verdict) {
    switch (verdict) {
        case Verdict::good:
            return "ok";
        case Verdict::bad:
            return "fail";
        case Verdict::unchecked:
            return "unchecked";
    }
    return "?";
}

Style verdict_style(Verdict verdict) {
    switch (verdict) {
        case Verdict::good:
            return Style::good;
        case Verdict::bad:
            return Style::bad;
        case Verdict::unchecked:
            return Style::warn;
    }
    return Style::none;
}

std::string probe_name(const app::ProbedJob& done) {
    if (!done.job.target) return done.job.word;
    return done.job.target->relay.empty() ? done.job.target->host.to_string() : done.job.target->relay;
}

std::string probe_line(const app::ProbedJob& done, std::size_t name_width, base::Time now,
                       const output::Terminal& terminal, Rows which) {
    const auto name = base::printable(probe_name(done));
    std::string line = padded(name, name.size(), name_width);
    const auto verdict = done.verdict();
    const auto word = verdict_word(verdict);
    line += "  " + padded(output::paint(word, verdict_style(verdict), terminal), word.size(), word_width);
    if (!done.report) return fmt::format("{}  {}\n", line, told(done.job.fault));
    const auto& report = *done.report;
    const auto deciding = app::deciding_combination(report);
    std::string detail = app::short_reason(report);
    if (deciding) {
        const auto& cell = report.combinations[*deciding];
        const auto time = report.address ? fmt::format("{} ms", cell.total.count()) : "";
        line += fmt::format("  {:>8}  {:>3} {:<4}", time, cell.endpoint.port,
                            relay::to_string(cell.endpoint.security));
        if (verdict == Verdict::good) detail = good_detail(cell, now);
    }
    if (!report.target.relay.empty()) line += "  " + report.target.host.to_string();
    for (const auto& more : {detail, ids_of(report)})
        if (!more.empty()) line += "  " + told(more);
    line += "\n";
    return which == Rows::all && report.address ? line + matrix_text(report, terminal) + "\n" : line;
}

Value probed_item(const app::ProbedJob& done, base::Time now) {
    if (done.report) return probe_item(*done.report, now);
    const bool known = done.job.target.has_value();
    return Value::object(
        {{"target", probe_name(done)},
         {"relay", known && !done.job.target->relay.empty() ? Value(done.job.target->relay) : Value()},
         {"host", known ? Value(done.job.target->host.to_string()) : Value()},
         {"aliases", Value::array()},
         {"addresses", Value::array()},
         {"address", nullptr},
         {"dns_ms", nullptr},
         {"verdict", finding::to_string(done.verdict())},
         {"combinations", Value::array()},
         {"by_address", Value::array()},
         {"mta_sts", nullptr},
         {"dane", Value::array()},
         {"tls_scan", nullptr},
         {"login", nullptr},
         {"sender", nullptr},
         {"recipients", nullptr},
         {"open_relay", nullptr},
         {"findings", Value::array()},
         {"fault", done.job.fault}});
}

Value::Array probed_rows(const app::ProbedJob& done, base::Time now, Rows which) {
    if (!done.report)
        return {Value::object(
            {{"target", probe_name(done)},
             {"host", done.job.target ? Value(done.job.target->host.to_string()) : Value()},
             {"outcome",
              app::to_string(done.verdict() == Verdict::bad ? app::Outcome::fail : app::Outcome::skip)},
             {"reason", done.job.fault},
             {"problem", app::to_string(app::Problem::skipped)},
             {"verdict", finding::to_string(done.verdict())}})};
    const auto& report = *done.report;
    auto rows = probe_rows(report, now);
    if (which == Rows::all || rows.size() < 2) return rows;
    return {std::move(rows[app::deciding_combination(report).value_or(0)])};
}

}  // namespace cli
