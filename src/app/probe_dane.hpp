// DANE for a probe: the TLSA records of each port, and the certificate that the server showed there.
#pragma once

#include "app/probe_relay.hpp"

namespace app {

// Looks up the records of every port where a TLS handshake went through, fills report.dane, adds findings,
// and makes the verdict worse: bad where a sender that uses DANE would not deliver, unchecked where that
// cannot be found out. What relayctl itself accepts stays as it is: it goes by CAs and fingerprints.
net::Task<void> check_dane(dns::Resolver& resolver, ProbeReport& report, bool trust_ad, base::Time now);

}  // namespace app
