// How writing commands tell what they did: words on standard error, JSON on standard output when asked for.
#pragma once

#include <string>
#include <vector>

#include "app/relays.hpp"
#include "cli/context.hpp"

namespace cli {

// "warning: ..." and its hint, of app::key_warnings(); of many the first few, and the command that shows all.
void tell_key_warnings(Console& console, const std::vector<base::Error>& warnings,
                       const std::string& command);

// That today's counts go on, after another time zone was set: see app::keep_counting().
void tell_counts_go_on(Console& console, const std::optional<base::Time>& until, app::DryRun dry_run);

// "added news", "news is disabled already", "would delete news" (--dry-run); `schema` as
// "relayctl.relay.add/1"; `undo_hint` goes behind the words. Warns of a relay written with a security that
// its port does not usually have, and of DKIM keys that it names.
base::Result<void> tell_outcomes(Context& context, const Arguments& arguments, std::string schema,
                                 const std::vector<app::RelayOutcome>& outcomes,
                                 const std::string& undo_hint = {});

}  // namespace cli
