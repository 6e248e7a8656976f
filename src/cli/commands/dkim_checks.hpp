// Looking for the records of stored DKIM keys in the DNS, for the commands that depend on them.
#pragma once

#include "app/dkim_check.hpp"
#include "app/dry_run.hpp"
#include "cli/command.hpp"
#include "cli/context.hpp"
#include "output/value.hpp"

namespace cli {

inline constexpr Option all_ns_option = {
    .name = "--all-ns",
    .help = "ask every authoritative name server of the zone too, each by itself",
};
inline constexpr Option ns_option = {
    .name = "--ns",
    .value = "ADDRESS[:PORT]",
    .help = "ask only this name server (repeatable)",
    .repeat = Repeat::yes,
};
inline constexpr Option wait_option = {
    .name = "--wait",
    .value = "TIME",
    .help = "ask again until the record is right everywhere, for at most that long: like 90s or 30m",
};

// The values of --ns. Errors: usage.
base::Result<std::vector<net::Endpoint>> read_name_servers(const Arguments& arguments);
// --all-ns and --ns. Errors: usage.
base::Result<app::KeyCheckOptions> read_key_check(const Arguments& arguments);

// Asks, until all is well or --wait is over (once without it), telling on a terminal what is waited for. Keys
// that were seen are noted in the store, unless in a dry run.
base::Result<std::vector<app::KeyCheck>> look_for_keys(Context& context, const Arguments& arguments,
                                                       relay::Store& store, std::vector<relay::DkimKey> keys,
                                                       app::KeyCheckOptions options, app::DryRun dry_run);

// {"verdict": "good", "answers": [{"server": ..., "verdict": ..., "reason": ..., "warning":
// ...}]}
output::Value key_check_item(const app::KeyCheck& check);

// Says on standard error which servers do not have the record, or could not be asked, and what is to be said
// of the record that they have.
void tell_key_check(Console& console, const app::KeyCheck& check);

}  // namespace cli
