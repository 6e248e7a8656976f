// From what happened to what it means: the words of a cell and the verdict of a probe.
#pragma once

#include "app/probe_relay.hpp"

namespace app {

// Lets the combinations of one port explain each other: a port that greeted in clear is no TLS port, one that
// went through a TLS handshake does not greet in clear. Then fills outcome, verdict and reason of each.
void judge_combinations(std::vector<Combination>& combinations, relay::Verification verification);

// A relay with a user is set to security none: its login is never sent, so nothing goes through it, whatever
// works.
bool cannot_send_login(const ProbeReport& report);

// Of an address or a host without an endpoint that decides, where no way in is good enough: "no way in
// works", "no way in with TLS works" where one in clear text does.
std::string_view no_way_in(const std::vector<Combination>& combinations);

// See ProbeReport::verdict.
finding::Verdict overall_verdict(const ProbeReport& report);

}  // namespace app
