// What the last probe of a relay found.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "finding/verdict.hpp"
#include "relay/relay.hpp"

namespace relay {

struct LastProbe {
    RelayId relay = 0;
    base::Time at = {};
    finding::Verdict verdict = finding::Verdict::unchecked;
    Host host;  // where it went, as the relay was then
    std::uint16_t port = 587;
    Security security = Security::tls;
    std::string reason = {};  // a few words of our own, empty when it is good
    std::chrono::milliseconds total{0};
    std::vector<std::string> findings = {};  // ids, each once
    bool operator==(const LastProbe&) const = default;
};

// False when the relay was changed since, so that it would be probed elsewhere now.
inline bool is_of(const LastProbe& probe, const Relay& relay) {
    return probe.relay == relay.id && probe.host == relay.host && probe.port == relay.port &&
           probe.security == relay.security;
}

}  // namespace relay
