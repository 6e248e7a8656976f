// One cell of the probe's table: one connection, spoken to in one way.
#pragma once

#include <list>
#include <map>

#include "app/probe_address.hpp"
#include "app/probe_relay.hpp"
#include "net/event.hpp"

namespace app {

// What the connections to one port tell each other while they run.
struct PortKnowledge {
    // How long it took from connecting to the answer to a ClientHello, in TLS or HTTP: who gives it waits for
    // the client's first octets, and greets nobody. nullopt = none came yet.
    std::optional<net::Deadline::duration> answer = {};
    std::string http = {};               // "HTTP answers, not SMTP: ..."; empty = it was in TLS
    bool tls_is_tried = false;           // one of the combinations, or a look aside, speaks TLS at once
    std::list<net::Event> waiting = {};  // of those who want to hear of the answer

    // Notes an answer that says what the port speaks; others say nothing.
    void heard(const base::Result<net::TlsInfo>& handshake, net::Deadline::duration time);
};

struct ProbeRun {
    net::Dialer& dialer;
    const ProbeTarget& target;
    const ProbeOptions& options;
    base::IpAddress address;
    std::map<std::uint16_t, PortKnowledge> ports;
    std::map<std::uint16_t, OpenedStream> opened;  // connections at hand
    std::optional<base::Error> local_error = {};   // our own fault, which ends the probe
    net::Deadline latest = net::Deadline::max();   // whatever the timeout of each is
};

// Fills everything but outcome, verdict and reason. `patient` = wait for the greeting until the timeout.
enum class Patience { usual, patient };
net::Task<void> probe_combination(ProbeRun& run, Combination& combination, Patience patience);

}  // namespace app
