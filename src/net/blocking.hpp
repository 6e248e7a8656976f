// Runs what blocks on a thread of its own, while the loop goes on.
#pragma once

#include <functional>

#include "net/stream.hpp"

namespace net {

// Calls work() on a new thread and waits for its end; an exception out of it is passed on. When the task is
// cancelled, stop() is called on the loop's thread, which then waits for work(): so stop() must make it end
// at once. It may come before work() has begun, and after its end. Both may refer to the caller's variables.
Task<void> run_blocking(std::function<void()> work, std::function<void()> stop);

}  // namespace net
