#include "app/probe_summary.hpp"

#include <algorithm>
#include <utility>

#include "app/probe_many.hpp"
#include "app/probe_verdict.hpp"

namespace app {

namespace {

constexpr std::size_t worst_rank = 4;

bool uses_tls(const Combination& cell) {
    return cell.endpoint.security != relay::Security::none;
}

// How far it came towards TLS; less is farther.
std::size_t distance_to_tls(const Combination& cell) {
    if (cell.tls) return 0;
    return came_to_tls(cell) ? 1 : 2;
}

// Of a host: where its users hand in mail, then where other servers do, then whatever has TLS.
std::size_t rank_of(const ProbeEndpoint& endpoint) {
    const auto usual = usual_endpoints(std::nullopt);
    const auto at = std::find(usual.begin(), usual.end(), endpoint);
    if (at != usual.end()) return static_cast<std::size_t>(at - usual.begin());
    return endpoint.security != relay::Security::none ? worst_rank - 1 : worst_rank;
}

// The one that says most, of those that are `wanted`.
template <typename Wanted>
std::optional<std::size_t> find_telling(const std::vector<Combination>& combinations, Wanted wanted) {
    const auto merit = [](const Combination& cell) {
        return std::pair(distance_to_tls(cell), rank_of(cell.endpoint));
    };
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < combinations.size(); ++i)
        if (wanted(combinations[i]) && (!found || merit(combinations[i]) < merit(combinations[*found])))
            found = i;
    return found;
}

}  // namespace

std::optional<std::size_t> deciding_combination(const ProbeReport& report) {
    if (report.combinations.empty()) return std::nullopt;
    if (report.configured) return report.configured;
    // The report's own verdict may be that of a check beside the endpoints.
    const auto verdict = overall_verdict(report);
    const auto decides = [&](const Combination& cell) { return cell.verdict == verdict; };
    return find_telling(report.combinations, decides).value_or(0);
}

bool came_to_tls(const Combination& cell) {
    return cell.tls.has_value() || cell.problem == Problem::handshake_failed;
}

std::optional<std::size_t> told_combination(const ProbeReport& report) {
    return report.configured ? report.configured : told_combination_with_tls(report);
}

std::optional<std::size_t> told_combination_with_tls(const ProbeReport& report) {
    const auto& all = report.combinations;
    if (report.configured && uses_tls(all[*report.configured])) return report.configured;
    const auto deciding = deciding_combination(report);
    if (deciding && came_to_tls(all[*deciding])) return deciding;
    return find_telling(all, came_to_tls);
}

std::optional<std::size_t> combination_short_of_tls(const ProbeReport& report) {
    const auto& all = report.combinations;
    if (report.configured && uses_tls(all[*report.configured])) return report.configured;
    const auto is_closed = [](const Combination& cell) { return cell.problem == Problem::closed; };
    const bool none_is_open = std::all_of(all.begin(), all.end(), is_closed);
    return find_telling(all, [&](const Combination& cell) {
        const bool has_none = cell.problem == Problem::starttls_missing ||
                              cell.problem == Problem::plain_port ||
                              cell.problem == Problem::implicit_tls_port;
        return uses_tls(cell) && !has_none && (none_is_open || !is_closed(cell));
    });
}

std::string short_reason(const ProbeReport& report) {
    if (report.verdict == finding::Verdict::good) return {};
    const auto deciding = deciding_combination(report);
    if (deciding && report.combinations[*deciding].verdict == finding::Verdict::good &&
        cannot_send_login(report))
        return "no login in clear text";
    return deciding ? report.combinations[*deciding].reason : "not tried";
}

}  // namespace app
