// The keys of the store, ready to sign with.
#pragma once

#include <string>
#include <vector>

#include "dkim/sign.hpp"
#include "relay/store.hpp"

namespace app {

enum class Dual { no, yes };

// Each of `names` is "s202611@example.com", or "example.com" for its newest key. With Dual::yes the newest
// key of the other algorithm of each domain signs too (RFC 8463 section 3), unless one is named. A key that
// is named twice counts once. The private keys are read once here, whatever the number of messages. Errors:
// usage, not_found, the store's.
base::Result<std::vector<dkim::SigningKey>> load_signing_keys(relay::Store& store,
                                                              const std::vector<std::string>& names,
                                                              Dual dual);

}  // namespace app
