#include "app/last_probes.hpp"

#include <algorithm>

#include "app/probe_summary.hpp"

namespace app {

std::optional<relay::LastProbe> last_probe_of(const ProbeReport& report, base::Time at) {
    const auto& target = report.target;
    if (target.relay_id == 0 || !report.configured) return std::nullopt;
    relay::LastProbe probe{.relay = target.relay_id,
                           .at = at,
                           .verdict = report.verdict,
                           .host = target.host,
                           .port = target.configured->port,
                           .security = target.configured->security,
                           .reason = short_reason(report),
                           .total = report.combinations[*report.configured].total};
    for (const auto& finding : report.findings)
        if (std::find(probe.findings.begin(), probe.findings.end(), finding.id) == probe.findings.end())
            probe.findings.push_back(finding.id);
    return probe;
}

bool is_news(const ProbeReport& report, const std::optional<relay::LastProbe>& before) {
    const auto now = last_probe_of(report, base::Time());
    if (!now || !before) return true;
    const bool same_endpoint =
        now->host == before->host && now->port == before->port && now->security == before->security;
    return !same_endpoint || now->verdict != before->verdict || now->reason != before->reason;
}

base::Result<void> keep_last_probes(relay::Store& store, const std::vector<relay::LastProbe>& probes) {
    TRY(auto transaction, relay::Transaction::begin(store));
    for (const auto& probe : probes)
        TRY_VOID(store.set_last_probe(probe));
    return transaction.commit();
}

}  // namespace app
