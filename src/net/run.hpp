// One thread, one io_context: run() drives a coroutine to its end; for_each() bounds concurrency.
#pragma once

#include <functional>
#include <optional>

#include "net/stream.hpp"

namespace net {

// Drives the task to its end. Ctrl-C (SIGINT, SIGTERM) cancels it: every network step then returns an Error
// of kind interrupted at once, and so does this function when the task has ended. A second Ctrl-C ends the
// process. An exception out of the task is passed on. Not to be called from within a task.
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

// The task's own Error, or the interruption.
template <class T>
base::Result<T> run(Task<base::Result<T>> task) {
    std::optional<base::Result<T>> result;
    if (auto ended = run_to_end(keep_result(std::move(task), result)); ended.has_error())
        return std::move(ended).error();
    return std::move(*result);
}

// Calls make(0) ... make(count - 1), at most `limit` of the tasks at a time, and waits for all. When one
// throws, no more are started, and the exception is passed on after the last has ended. The same `make` stays
// alive until then, so it may be a capturing lambda; name it before the co_await.
Task<void> for_each(std::size_t count, std::size_t limit, std::function<Task<void>(std::size_t)> make);

// Waits on a timer. A cancellation throws boost::system::system_error, which run_to_end() understands.
Task<void> sleep_until(Deadline deadline);

}  // namespace net
