// One thread, one io_context: run() drives a coroutine to its end; for_each() bounds concurrency.
#pragma once

#include <functional>
#include <optional>

#include "net/stream.hpp"

namespace net {

// Drives the task to its end. Ctrl-C (SIGINT, SIGTERM) cancels it: Error of kind interrupted.
// An exception out of the task is passed on.
base::Result<void> run_to_end(Task<void> task);

template <class T>
Task<void> keep_result(Task<T> task, std::optional<T>& result) {
    result = co_await std::move(task);
}

template <class T>
base::Result<T> run(Task<T> task) {
    std::optional<T> result;
    TRY_VOID(run_to_end(keep_result(std::move(task), result)));
    return std::move(*result);
}

// Calls make(0) ... make(count - 1), at most `limit` of the tasks at a time, and waits for all.
Task<void> for_each(std::size_t count, std::size_t limit, std::function<Task<void>(std::size_t)> make);

// Waits on a timer.
Task<void> sleep_until(Deadline deadline);

}  // namespace net
