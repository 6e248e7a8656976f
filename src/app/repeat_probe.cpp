#include "app/repeat_probe.hpp"

#include <algorithm>
#include <functional>

#include "app/probe_summary.hpp"
#include "net/run_each.hpp"

namespace app {

namespace {

using Time = std::function<std::optional<Milliseconds>(const Combination&)>;

StageStats stats_of(std::string_view stage, std::vector<Milliseconds> times) {
    std::sort(times.begin(), times.end());
    const auto middle = times.size() / 2;
    const auto median = times.size() % 2 == 1 ? times[middle] : (times[middle - 1] + times[middle]) / 2;
    return {
        .stage = stage, .count = times.size(), .min = times.front(), .median = median, .max = times.back()};
}

}  // namespace

std::vector<StageStats> stage_stats(const std::vector<Combination>& runs) {
    const std::pair<std::string_view, Time> stages[] = {
        {"connect", [](const Combination& run) { return run.times.connect; }},
        {"greeting", [](const Combination& run) { return run.times.greeting; }},
        {"ehlo", [](const Combination& run) { return run.times.ehlo; }},
        {"tls", [](const Combination& run) { return run.times.tls; }},
        {"ehlo_after_tls", [](const Combination& run) { return run.times.ehlo_after_tls; }},
        {"total",
         [](const Combination& run) {
             return run.verdict == finding::Verdict::good ? std::optional(run.total) : std::nullopt;
         }},
    };
    std::vector<StageStats> result;
    for (const auto& [stage, time_of] : stages) {
        std::vector<Milliseconds> times;
        for (const auto& run : runs)
            if (const auto time = time_of(run)) times.push_back(*time);
        if (!times.empty()) result.push_back(stats_of(stage, std::move(times)));
    }
    return result;
}

net::Task<base::Result<RepeatedProbe>> repeat_probe(ProbeServices services, ProbeTarget target,
                                                    ProbeOptions options, std::size_t times) {
    RepeatedProbe result{.report = ProbeReport{.target = target}};
    std::vector<Combination> runs;
    std::optional<Milliseconds> dns_time;
    for (std::size_t i = 0; i < times; ++i) {
        auto report = co_await probe_relay(services, target, options);
        if (report.has_error()) co_return std::move(report).error();
        const bool cancelled = co_await net::is_cancelled();
        if (cancelled) break;
        if (const auto deciding = deciding_combination(*report); deciding && report->address) {
            runs.push_back(report->combinations[*deciding]);
            if (!target.configured) target.configured = runs.back().endpoint;
            options.endpoints.assign(1, *target.configured);
        }
        if (i == 0) dns_time = report->dns_time;
        ++result.runs;
        if (report->verdict == finding::Verdict::good) ++result.good;
        const bool worse = report->verdict != result.report.verdict &&
                           finding::worse(report->verdict, result.report.verdict) == report->verdict;
        if (i == 0 || worse) result.report = std::move(*report);
    }
    result.stages = stage_stats(runs);
    if (dns_time) result.stages.insert(result.stages.begin(), stats_of("dns", {*dns_time}));
    co_return result;
}

}  // namespace app
