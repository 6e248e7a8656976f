// The rules between the DKIM keys of a domain. Keys are given and returned with the state of the moment, see
// state_at(); no store is read or written here.
#pragma once

#include <vector>

#include "relay/relay.hpp"

namespace relay {

enum class KeepOthers : bool { no, yes };
enum class RevokeLast : bool { no, yes };

// The key that signs where only the domain is named: the newest active one, else the newest retiring one.
// A pending key is never chosen. nullopt = nothing signs.
std::optional<DkimKey> signing_dkim_key(const std::vector<DkimKey>& keys);

// The keys that change when `key`, one of `keys`, becomes active: itself, first, and the others of its domain
// and algorithm that are active, which begin to retire unless they are to be kept. One of which nobody knew
// since when it is retiring is retiring since now. Empty = it is active already and alone.
// Errors: conflict: retired and revoked keys do not come back.
base::Result<std::vector<DkimKey>> activate_dkim_key(const std::vector<DkimKey>& keys, const DkimKey& key,
                                                     KeepOthers keep, base::Time now);

// The key as it is when revoked. Errors: conflict: it is the only active one of its domain and algorithm, and
// `last` does not allow that.
base::Result<DkimKey> revoke_dkim_key(const std::vector<DkimKey>& keys, const DkimKey& key, RevokeLast last);

}  // namespace relay
