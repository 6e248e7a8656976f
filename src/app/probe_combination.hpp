// One cell of the probe's table: one connection, spoken to in one way.
#pragma once

#include <map>

#include "app/probe_address.hpp"
#include "app/probe_relay.hpp"

namespace app {

// What the connections to one port tell each other while they run.
struct PortKnowledge {
    std::optional<net::Deadline> tls_since;  // since when it is known that TLS is spoken from the first octet
    bool tls_is_tried = false;               // one of the combinations, or a look aside, speaks TLS at once
};

struct ProbeRun {
    net::Dialer& dialer;
    const ProbeTarget& target;
    const ProbeOptions& options;
    base::IpAddress address;
    std::map<std::uint16_t, PortKnowledge> ports;
    std::map<std::uint16_t, OpenedStream> opened;  // connections at hand
    std::optional<base::Error> local_error = {};   // our own fault, which ends the probe
};

// Fills everything but outcome, verdict and reason. `patient` = wait for the greeting until the timeout.
enum class Patience { usual, patient };
net::Task<void> probe_combination(ProbeRun& run, Combination& combination, Patience patience);

}  // namespace app
