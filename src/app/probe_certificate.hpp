// The findings about a server's TLS and certificate.
#pragma once

#include "app/probe_relay.hpp"

namespace app {

// Of a combination that went through a TLS handshake.
std::vector<finding::Finding> certificate_findings(const ProbeReport& report, const Combination& cell,
                                                   base::Time now);

// The server ended it for want of a client certificate, whether by an alert or by a reply.
bool wants_client_certificate(const Combination& cell);

// The finding of a combination that TLS stood in the way of, by the words of the fault; empty when it was
// something else.
std::string_view tls_failure_id(const Combination& cell);

}  // namespace app
