// A probe's report in a few words.
#pragma once

#include "app/probe_relay.hpp"

namespace app {

// Index of the combination that the verdict rests on: the configured one, else of those with that verdict the
// one where mail is most usually handed in with TLS. nullopt: nothing was tried.
std::optional<std::size_t> deciding_combination(const ProbeReport& report);

// "certificate expired", "no address": why the verdict is not good; empty when it is. Never the server's
// words.
std::string short_reason(const ProbeReport& report);

}  // namespace app
