// Use case: the same endpoint several times, one after the other, and how long each stage took.
#pragma once

#include <string_view>
#include <vector>

#include "app/probe_relay.hpp"

namespace app {

struct StageStats {
    std::string_view stage;  // "dns", "connect", "greeting", "ehlo", "tls", "ehlo_after_tls", "total"
    std::size_t count = 0;   // of runs that completed it
    Milliseconds min{0};
    Milliseconds median{0};  // of an even number: between the two in the middle, rounded down
    Milliseconds max{0};
    bool operator==(const StageStats&) const = default;
};

// The stages that any run completed, in their order. "total" is of the runs that were good.
std::vector<StageStats> stage_stats(const std::vector<Combination>& runs);

struct RepeatedProbe {
    ProbeReport report;  // the first of the worst verdict
    std::size_t runs = 0;
    std::size_t good = 0;
    std::vector<StageStats> stages = {};  // "dns" of the first run alone: later ones are remembered answers
};

// A target without an endpoint of its own is probed at that which decided its first run. Ends early when it
// is cancelled, with the runs that were done. Errors: as probe_relay().
net::Task<base::Result<RepeatedProbe>> repeat_probe(ProbeServices services, ProbeTarget target,
                                                    ProbeOptions options, std::size_t times);

}  // namespace app
