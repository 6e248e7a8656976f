// The rules between the DKIM keys of a domain. Keys are given and returned with the state of the moment, see
// state_at(); no store is read or written here.
#pragma once

#include <vector>

#include "relay/relay.hpp"

namespace relay {

enum class KeepOthers : bool { no, yes };
enum class RevokeLast : bool { no, yes };

// The key that signs where only the domain is named: the newest active RSA key, else the newest active
// Ed25519 key, which many receivers do not verify. A pending or retiring key is never chosen: nobody knows
// that its record is there, or still there. nullopt = nothing signs.
std::optional<DkimKey> signing_dkim_key(const std::vector<DkimKey>& keys);

// The keys that change when `key`, one of `keys`, becomes active: itself, first, and the others of its domain
// and algorithm that are active, which begin to retire, for `grace`, unless they are to be kept. One whose
// end nobody knew is retiring since now. Empty = it is active already and alone. Errors: conflict: retired
// and revoked keys do not come back.
base::Result<std::vector<DkimKey>> activate_dkim_key(const std::vector<DkimKey>& keys, const DkimKey& key,
                                                     KeepOthers keep, std::chrono::seconds grace,
                                                     base::Time now);

// The key as it is when revoked. Errors: conflict: it is the only active one of its domain and algorithm, and
// `last` does not allow that.
base::Result<DkimKey> revoke_dkim_key(const std::vector<DkimKey>& keys, const DkimKey& key, RevokeLast last);

}  // namespace relay
