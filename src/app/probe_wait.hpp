// Waiting, also in two ways at once, and whether to go on.
#pragma once

#include <chrono>

#include "net/stream.hpp"

namespace app {

// Whether the run was cancelled, by Ctrl-C for instance.
net::Task<bool> is_cancelled();

// Waits; false = it was cancelled.
net::Task<bool> pause_until(net::Deadline moment);

// Runs both and cancels the slower one once the other has ended. A cancelled task sees Errors of kind
// interrupted from the network, and false from pause_until(); it must not throw.
net::Task<void> first_of(net::Task<void> a, net::Task<void> b);

}  // namespace app
