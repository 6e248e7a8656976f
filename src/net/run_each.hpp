// Bounded concurrency over a stream of work whose end is not known beforehand.
#pragma once

#include <functional>
#include <optional>

#include "net/stream.hpp"

namespace net {

// Awaits take() again and again, never two at once, and runs the tasks that it gives, at most `limit` at a
// time, until it gives none; waits for all. A task that ends with false, or throws, stops everything: the
// others, and a take() that waits, are cancelled, and the exception is passed on after the last has ended.
// `take` stays alive until then, so it may be a capturing lambda; name it before the
// co_await.
Task<void> run_each(std::size_t limit, std::function<Task<std::optional<Task<bool>>>()> take);

// Whether the calling coroutine was cancelled: what it found since may be false.
Task<bool> is_cancelled();

}  // namespace net
