// The keys of the store, ready to sign with.
#pragma once

#include <string>
#include <vector>

#include "app/dual.hpp"
#include "dkim/sign.hpp"
#include "relay/store.hpp"

namespace app {

struct SigningKeys {
    std::vector<dkim::SigningKey> keys;
    std::vector<relay::DkimKey> pending;  // those of them that nobody has seen in the DNS yet
};

// Each of `names` is "s202611@example.com", or "example.com" for the key that signs there, see
// relay::signing_dkim_key(), and beside it that of the other algorithm, if the domain has one: a verifier
// that does not know Ed25519 needs the RSA signature (RFC 8463 section 3). With Dual::yes the other
// algorithm's key is wanted for every name, unless one is named. A pending key signs only when it is named
// itself; a retired or revoked one never does. A key that is named twice counts once. The private keys are
// read once here, whatever the number of messages. Errors: usage, not_found, conflict (the key's state), the
// store's.
base::Result<SigningKeys> load_signing_keys(relay::Store& store, const std::vector<std::string>& names,
                                            Dual dual, base::Time now);

}  // namespace app
