// The findings about a server's certificate.
#pragma once

#include "app/probe_relay.hpp"

namespace app {

// Of a combination that went through a TLS handshake.
std::vector<finding::Finding> certificate_findings(const ProbeReport& report, const Combination& cell,
                                                   base::Time now);

}  // namespace app
