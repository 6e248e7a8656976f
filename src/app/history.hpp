// The use cases of the history: find a change, take it back.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/dry_run.hpp"
#include "base/clock.hpp"
#include "relay/store.hpp"

namespace app {

struct Undone {
    relay::Change change;                                   // that was taken back
    std::vector<relay::ThingChange> effect = {};            // what the undo itself changes
    std::vector<relay::LostSecret> lost = {};               // what it destroys for good
    std::vector<std::string> relays_without_password = {};  // that are there again, and log in with it
    std::vector<std::string> kept_passwords = {};           // of relays whose former password was not kept
    std::vector<std::string> deleted_keys = {};             // DKIM keys that the change had made
    std::vector<std::string> pending_keys = {};  // that had ended, and come back as pending, not as they were
    std::optional<base::Time> counts_until = {};  // see keep_counting()
};

// Takes a change back, all of it; nullopt = the newest that is not undone and no undo itself. Refused with
// conflict: a later change touched the same field (relay::find_overlap), naming it; it is undone already; it
// deleted a DKIM key, whose private key is gone, or changed a password alone, with a hint at the one before
// it; the store would break a rule. Errors: not_found too.
base::Result<Undone> undo(relay::Store& store, const base::Clock& clock, std::optional<relay::ChangeId> id,
                          DryRun dry_run);

// Those of them that undo() does not refuse by the history alone, the newest first, as they are given.
std::vector<relay::Change> find_undoable(const std::vector<relay::Change>& changes);

}  // namespace app
