// Replacing DKIM keys: a new one beside the old, active once its record is seen, and the old one's end. What
// the DNS says of a key is dkim_check.hpp's business, and asked before.
#pragma once

#include "app/dkim_generate.hpp"
#include "app/dkim_keys.hpp"
#include "relay/dkim_rules.hpp"

namespace app {

struct Activation {
    relay::DkimKey key;
    bool changed = false;
    std::vector<relay::DkimKey> retiring = {};  // those that begin to retire
    std::vector<std::string> relays = {};       // that named one of those and name the key now
    std::vector<std::string> relays_left = {};  // that name one still, for another domain of theirs has no
                                                // active key under the new selector: see signing_key()
};

// "s202611@example.com" only. One transaction. The relays that name a key of the domain which retires name
// the new one from now on, once that is active for all their domains. Errors: usage, not_found, conflict (it
// is retired or revoked), the store's.
base::Result<Activation> activate_key(relay::Store& store, const base::Clock& clock, std::string_view text,
                                      relay::KeepOthers keep, DryRun dry_run);

struct Revocation {
    relay::DkimKey key;
    bool changed = false;
    std::vector<std::string> relays = {};  // that name it, so their mail goes out unsigned from now on
};

// "s202611@example.com" only. One transaction. Errors: usage, not_found, conflict (the only active key of its
// domain and algorithm, or one that a relay names, without `force`), the store's.
base::Result<Revocation> revoke_key(relay::Store& store, const base::Clock& clock, std::string_view text,
                                    Force force, DryRun dry_run);

struct RotationRequest {
    base::DomainName domain;
    std::optional<relay::KeyAlgorithm> algorithm = {};  // nullopt = each that the domain signs with, else RSA
    std::optional<std::uint32_t> bits = {};  // nullopt = as the active RSA key, and the usual ones at least
    AllowWeak allow_weak = AllowWeak::no;    // a key weaker than the active one may come after it
    std::optional<std::string> selector = {};
    std::optional<std::chrono::seconds> older_than = {};  // a younger active key needs no successor
    bool repeated = false;  // the same request again and again: an active key of the selector is its end
    DryRun dry_run = DryRun::no;
};

struct Rotation {
    std::vector<relay::DkimKey> made = {};
    std::vector<relay::DkimKey> pending = {};  // that were there already
    std::vector<relay::DkimKey> weak = {};     // pending ones that are left alone: weaker than the active key
    std::vector<relay::DkimKey> young = {};    // active ones that need no successor yet
    std::vector<relay::DkimKey> done = {};     // active under the selector that was asked for
};

// Makes a pending key of each algorithm that has none; of none, while one of a pair is still pending, so that
// a pair comes to its end. Nothing else changes: mail is signed as before. Errors: usage, not_found (the
// domain has no key), conflict (the selector has a key that is not pending), the store's.
base::Result<Rotation> begin_rotation(relay::Store& store, const base::Clock& clock,
                                      const RotationRequest& request);

}  // namespace app
