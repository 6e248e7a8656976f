// The last results that a run of `probe` finds in the store, and those it leaves there.
#pragma once

#include <map>

#include "app/last_probes.hpp"
#include "cli/context.hpp"

namespace cli {

// The first option given that asks something else than whether the relay's own endpoint works with the
// relay's own settings, as --require and --login do: of such a probe nothing is kept. Empty = none.
std::string_view one_off_option(const Arguments& arguments);

class ProbeRecord {
  public:
    // What is kept so far is read for --only-changes. Errors: of the store; usage (--only-changes with a
    // one-off option).
    static base::Result<ProbeRecord> create(relay::Store& store, const Arguments& arguments);

    // Is it to be printed: always, or with --only-changes when it differs from what was kept?
    bool is_wanted(const app::ProbeReport& report) const;
    void add(const app::ProbeReport& report, base::Time now);
    // Writes what was added, unless a one-off option was given. A store that cannot be written is no error:
    // it is told on standard error.
    void keep(Context& context, const Arguments& arguments) const;

  private:
    bool only_changes_ = false;
    std::map<relay::RelayId, relay::LastProbe> before_;
    std::map<relay::RelayId, relay::LastProbe> found_;
};

}  // namespace cli
