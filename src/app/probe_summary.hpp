// A probe's report in a few words.
#pragma once

#include "app/probe_relay.hpp"

namespace app {

// Index of the combination that the verdict rests on: the configured one, else of those with that verdict one
// where it came to TLS, and of these the one where mail is most usually handed in: 587 tls, 465 ssl, 25 tls,
// any other. nullopt: there are none.
std::optional<std::size_t> deciding_combination(const ProbeReport& report);

// The combination whose TLS, certificate and logins are told of, and whose findings stand first: the
// configured one, else where it came to TLS, the deciding one before others. nullopt: it came to TLS nowhere.
std::optional<std::size_t> told_combination(const ProbeReport& report);
// Likewise, with TLS: a configured one in clear text gives way to another. It need not have come to TLS when
// it is the configured one.
std::optional<std::size_t> told_combination_with_tls(const ProbeReport& report);
// Where it came to TLS nowhere: the combination that may have it all the same, for something else stood in
// the way. nullopt: there is none with TLS.
std::optional<std::size_t> combination_short_of_tls(const ProbeReport& report);
// A handshake was tried, whatever became of it.
bool came_to_tls(const Combination& cell);

// "certificate expired", "no address": why the verdict is not good; empty when it is. Never the server's
// words.
std::string short_reason(const ProbeReport& report);

}  // namespace app
