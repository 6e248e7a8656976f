// The option `mta_sts` of a probe: would a sender that keeps to a domain's MTA-STS policy (RFC 8461) deliver
// to the host that was probed.
#pragma once

#include "app/probe_relay.hpp"
#include "mta_sts/inspect.hpp"

namespace app {

// The conclusion, on a report whose combinations are judged: fills report.mta_sts, adds findings, lowers the
// verdict. Section 5: only mode enforce keeps mail away, so only then the verdict is bad.
void judge_policy(ProbeReport& report, const base::DomainName& domain, const mta_sts::Inspection& inspection);

// Fetches the policy first. `ca_file` is for its server; empty = the system's.
net::Task<void> check_policy(ProbeServices services, ProbeReport& report, base::DomainName domain,
                             std::string ca_file);

}  // namespace app
