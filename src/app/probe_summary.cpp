#include "app/probe_summary.hpp"

namespace app {

std::optional<std::size_t> deciding_combination(const ProbeReport& report) {
    if (report.addresses.empty() || report.combinations.empty()) return std::nullopt;
    if (report.configured) return report.configured;
    const bool good = report.verdict == finding::Verdict::good;
    std::optional<std::size_t> chosen;
    for (std::size_t i = 0; i < report.combinations.size(); ++i) {
        const auto& cell = report.combinations[i];
        if (cell.verdict != report.verdict) continue;
        if (!chosen) chosen = i;
        // What makes a host good is a way in with TLS.
        if (!good || cell.endpoint.security != relay::Security::none) return i;
    }
    return chosen.value_or(0);
}

std::string short_reason(const ProbeReport& report) {
    if (report.verdict == finding::Verdict::good) return {};
    if (report.addresses.empty())
        return report.verdict == finding::Verdict::bad ? "no address" : "no answer from DNS";
    const auto deciding = deciding_combination(report);
    return deciding ? report.combinations[*deciding].reason : "not tried";
}

}  // namespace app
