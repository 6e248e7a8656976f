#include "app/probe_summary.hpp"

#include <algorithm>

#include "app/probe_many.hpp"
#include "app/probe_verdict.hpp"

namespace app {

namespace {

constexpr std::size_t worst_rank = 4;

// Of a host: where its users hand in mail, then where other servers do, then whatever has TLS.
std::size_t rank_of(const ProbeEndpoint& endpoint) {
    const auto usual = usual_endpoints(std::nullopt);
    const auto at = std::find(usual.begin(), usual.end(), endpoint);
    if (at != usual.end()) return static_cast<std::size_t>(at - usual.begin());
    return endpoint.security != relay::Security::none ? worst_rank - 1 : worst_rank;
}

}  // namespace

std::optional<std::size_t> deciding_combination(const ProbeReport& report) {
    if (report.addresses.empty() || report.combinations.empty()) return std::nullopt;
    if (report.configured) return report.configured;
    std::size_t chosen = 0;
    std::size_t best = worst_rank + 1;
    for (std::size_t i = 0; i < report.combinations.size(); ++i) {
        const auto& cell = report.combinations[i];
        if (cell.verdict != report.verdict || rank_of(cell.endpoint) >= best) continue;
        best = rank_of(cell.endpoint);
        chosen = i;
    }
    return chosen;
}

std::string short_reason(const ProbeReport& report) {
    if (report.verdict == finding::Verdict::good) return {};
    if (report.addresses.empty())
        return report.verdict == finding::Verdict::bad ? "no address" : "no answer from DNS";
    const auto deciding = deciding_combination(report);
    if (deciding && report.combinations[*deciding].verdict == finding::Verdict::good &&
        cannot_send_login(report))
        return "no login in clear text";
    return deciding ? report.combinations[*deciding].reason : "not tried";
}

}  // namespace app
