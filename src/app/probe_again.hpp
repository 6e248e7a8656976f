// A server that takes few connections at a time turns some of a probe's away, which are all made at once.
#pragma once

#include "app/probe_combination.hpp"

namespace app {

// Whether it looks so: the reply says it, or the connection ended at once while others to the port were open.
bool was_turned_away(const Combination& cell, const std::vector<Combination>& all);

// Tries those again, one at a time, and marks those that fared better. To be called when no connection is
// open any more.
net::Task<void> try_again_alone(ProbeRun& run, std::vector<Combination>& cells,
                                std::optional<std::size_t> configured);

}  // namespace app
