#include "cli/views/monitor_line.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/probe_summary.hpp"
#include "base/text.hpp"
#include "cli/views/probe_summary.hpp"

namespace cli {

namespace {

constexpr std::size_t longest_observed = 200;  // octets
constexpr std::int64_t warning_days = 21;      // as the finding tls-certificate-expires-soon

std::string_view word_of(MonitorState state) {
    switch (state) {
        case MonitorState::ok:
            return "OK";
        case MonitorState::warning:
            return "WARNING";
        case MonitorState::critical:
            return "CRITICAL";
        case MonitorState::unknown:
            return "UNKNOWN";
    }
    return "?";
}

// The bar begins the performance data, and there is one line only.
std::string plain(std::string_view text) {
    auto result = base::printable(text);
    std::replace(result.begin(), result.end(), '|', '/');
    return result;
}

std::string head(MonitorState state, std::string_view text) {
    return fmt::format("RELAYCTL {} - {}", word_of(state), plain(text));
}

// With the thresholds that the state keeps to: a pinned certificate is good whatever its dates say, and of
// one that is not verified they say nothing.
std::string days_data(const app::ProbeTarget& target, const app::Combination& cell, base::Time now) {
    if (!cell.tls || cell.tls->chain.empty()) return "";
    const auto days = std::chrono::floor<std::chrono::days>(cell.tls->chain.front().not_after - now).count();
    const bool is_verified = target.verification == relay::Verification::on;
    return fmt::format(" days_left={}{}{}", days, is_verified ? fmt::format(";{}:", warning_days) : "",
                       is_verified && target.fingerprint.empty() ? ";0:" : "");
}

std::string time_data(std::string_view label, const std::optional<app::Milliseconds>& time) {
    if (!time) return "";
    return fmt::format(" {}={}.{:03}s;;;0", label, time->count() / 1000, time->count() % 1000);
}

std::string performance_data(const app::ProbeTarget& target, const app::Combination& cell, base::Time now) {
    std::string data = time_data("connect", cell.times.connect) + time_data("greeting", cell.times.greeting) +
                       time_data("ehlo", cell.times.ehlo) + time_data("tls", cell.times.tls) +
                       time_data("ehlo_after_tls", cell.times.ehlo_after_tls) +
                       time_data("total", cell.total) + days_data(target, cell, now);
    data.front() = '|';
    return data;
}

// The finding that says most, with what was seen.
std::string told_finding(const app::ProbeReport& report) {
    const finding::Finding* told = nullptr;
    for (const auto& finding : report.findings)
        if (finding.severity != finding::Severity::info &&
            (told == nullptr || finding.severity < told->severity))
            told = &finding;
    if (told == nullptr) return "";
    const auto observed = told->observed.substr(0, longest_observed);
    return observed.empty() ? told->id : fmt::format("{}: {}", told->id, observed);
}

}  // namespace

MonitorState monitor_state(const app::ProbeReport& report) {
    switch (report.verdict) {
        case finding::Verdict::good:
            return told_finding(report).empty() ? MonitorState::ok : MonitorState::warning;
        case finding::Verdict::bad:
            return MonitorState::critical;
        case finding::Verdict::unchecked:
            return MonitorState::unknown;
    }
    return MonitorState::unknown;
}

std::string monitor_line(const app::ProbeReport& report, base::Time now) {
    const auto deciding = app::deciding_combination(report);
    const auto& target = report.target;
    std::string text = target.relay.empty() ? target.host.to_string() : target.relay;
    text += ":";
    if (deciding) {
        const auto& cell = report.combinations[*deciding];
        text += fmt::format(" {} {}", cell.endpoint.port, relay::to_string(cell.endpoint.security));
        if (report.verdict == finding::Verdict::good) {
            text += " works";
            if (const auto detail = good_detail(cell, now); !detail.empty()) text += ", " + detail;
        }
    }
    if (const auto reason = app::short_reason(report); !reason.empty()) text += " " + reason;
    if (const auto told = told_finding(report); !told.empty()) text += "; " + told;
    const auto data =
        deciding && report.address ? performance_data(target, report.combinations[*deciding], now) : "";
    return head(monitor_state(report), text) + data + "\n";
}

std::string monitor_failure(const std::string& message) {
    return head(MonitorState::unknown, message) + "\n";
}

}  // namespace cli
