// What a store is to hold, declared as a whole: taken from a store, compared with one, made true in one.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/dry_run.hpp"
#include "base/clock.hpp"
#include "relay/store.hpp"

namespace app {

struct DeclaredRelay {
    relay::Relay relay;                         // id and times do not count
    std::optional<base::Secret> password = {};  // of a stored one; nullopt = the one that the store has
};

struct DeclaredKey {
    relay::DkimKey key;                            // id and last_seen_at do not count; created_at 0 = now
    std::optional<base::Secret> private_key = {};  // PKCS#8 PEM; nullopt = the store has it
};

// A part that is absent is not declared: nothing of it is compared, added or deleted. Names stand once.
struct Declaration {
    std::optional<std::map<std::string, std::string>> settings = {};
    std::optional<std::set<base::DomainName>> domains = {};  // beside those of relays and keys
    std::optional<std::vector<relay::Region>> regions = {};
    std::optional<std::vector<DeclaredKey>> keys = {};
    std::optional<std::vector<DeclaredRelay>> relays = {};
};

enum class Secrets : bool { leave, take };
// All of the store, each part sorted by name.
base::Result<Declaration> declare(relay::Store& store, Secrets secrets);

// What separates a store from a declaration. The life of a key that the store has is not compared: dkim
// activate and its kin see to it, with the DNS in view.
struct Differences {
    std::vector<relay::ThingChange> changes = {};  // what makes it true: added and edited
    std::vector<relay::ThingChange> surplus = {};  // what the store has beside it, as deleted
};
base::Result<Differences> find_differences(relay::Store& store, const Declaration& declaration);

enum class Prune : bool { no, yes };
struct Applied {
    std::vector<relay::ThingChange> changes = {};  // all that was done
    std::vector<std::string> warnings = {};
    std::vector<relay::Relay> relays = {};  // of the store, as they are then
    // Names of those that are new or changed so that it bears on how mail authenticates: see ReviewRelay.
    std::vector<std::string> to_review = {};
    std::optional<base::Time> counts_until = {};  // see keep_counting()
};

// Makes it true in one transaction, all or nothing; with prune what the declared parts do not name is
// deleted. Errors: conflict: the rules between relays; a key that the store has with another public key; a
// key to delete that a relay signs with. usage: a password or private key that neither has; a relay's own
// rules.
base::Result<Applied> apply(relay::Store& store, const base::Clock& clock, const Declaration& declaration,
                            Prune prune, DryRun dry_run);

// Would apply() refuse these differences of the two? Its errors; nothing is written.
base::Result<void> check_apply(relay::Store& store, const Declaration& declaration,
                               const Differences& differences, Prune prune);

}  // namespace app
