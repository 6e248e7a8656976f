// The fallback relay has a row of its own: mail that authenticates through the first relay can fail through
// it.
#pragma once

#include <optional>
#include <vector>

#include "app/predict.hpp"

namespace app {

// A finding when the forecast is good and the same mail fails through the fallback relay of `relays`. Its own
// addresses count, not those the forecast was asked for.
net::Task<std::optional<finding::Finding>> check_fallback(dns::Resolver& resolver, const Forecast& forecast,
                                                          const std::vector<relay::Relay>& relays);

}  // namespace app
