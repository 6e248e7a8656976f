// The words of a probe's findings: where, what was seen, and the command to type.
#pragma once

#include "app/probe_relay.hpp"

namespace app {

std::string subject_of(const ProbeReport& report, const Combination& cell);  // "mail.example:587"
std::string observed_of(const Combination& cell);
// " --port 2525 --any-port --security none": what `relayctl add` needs for it beside its defaults.
std::string endpoint_options(const ProbeEndpoint& endpoint);

// Whether this endpoint is the relay's own, so that what mends it is a change of the relay.
bool is_own(const ProbeReport& report, const ProbeEndpoint& endpoint);
// "relayctl probe news --require 587:tls", with the host where there is no relay.
std::string probe_at(const ProbeReport& report, const ProbeEndpoint& endpoint);
std::string probe_host_at(std::string_view name_or_host, const ProbeEndpoint& endpoint);
// " --ca-file FILE" as it was given, only where it can be typed as it is; else empty.
std::string with_ca_file(const ProbeReport& report);
// "relayctl probe news --login"; for a bare host with the endpoint, the CA file and the user.
std::string login_at(const ProbeReport& report, const ProbeEndpoint& endpoint);

// "relayctl edit news --security tls" for a relay. For a bare host, and from an endpoint that is not the
// relay's own: what tries the other, "relayctl probe news --require 587:tls"; but where the relay's own was
// seen to fail, all that names the other.
std::string change_to(const ProbeReport& report, const ProbeEndpoint& from, const ProbeEndpoint& to);

// A name that the public DNS may have: of two labels or more, and under no name set aside for private use.
bool is_public_name(const base::DomainName& name);

// For a host without an address: what to type when it is nearly the name of a well-known relay, else empty.
std::string right_name(const ProbeReport& report);

// The encrypted combination to use in place of this one: on the same port if any, ssl before tls (RFC 8314
// section 3); nullopt when nothing encrypted works.
std::optional<ProbeEndpoint> better_endpoint(const ProbeReport& report, const ProbeEndpoint& instead_of);

// Empty = the catalogue's.
std::string remedy_for(const ProbeReport& report, const Combination& cell);

}  // namespace app
