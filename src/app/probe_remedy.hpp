// The words of a probe's findings: where, what was seen, and the command to type.
#pragma once

#include "app/probe_relay.hpp"

namespace app {

std::string subject_of(const ProbeReport& report, const Combination& cell);  // "mail.example:587"
std::string observed_of(const Combination& cell);

// "relayctl edit news --security tls" for a relay; for a bare host "use --port 587 --security tls".
std::string change_to(const ProbeReport& report, const ProbeEndpoint& from, const ProbeEndpoint& to);

// The encrypted combination to use in place of this one: on the same port if any, ssl before tls (RFC 8314
// section 3); nullopt when nothing encrypted works.
std::optional<ProbeEndpoint> better_endpoint(const ProbeReport& report, const ProbeEndpoint& instead_of);

// Empty = the catalogue's.
std::string remedy_for(const ProbeReport& report, const Combination& cell);

}  // namespace app
