#include "cli/commands/worker_thread.hpp"

#include <utility>

#include "net/run.hpp"

namespace cli {

void WorkerThread::begin(std::unique_ptr<dns::Resolver> resolver, Work work,
                         std::function<void(bool in_order)> after) {
    thread_ = std::thread(
        [this, resolver = std::move(resolver), work = std::move(work), after = std::move(after)]() mutable {
            try {
                ended_ = net::run_to_end(work(*resolver));
            } catch (...) {
                exception_ = std::current_exception();
            }
            after(!exception_ && !ended_.has_error());
            resolver.reset();  // its sockets go before the loop of the thread
            may_end_.acquire();
        });
}

void WorkerThread::end() {
    if (!thread_.joinable()) return;
    may_end_.release();
    thread_.join();
}

base::Result<void> WorkerThread::outcome() const {
    if (exception_) std::rethrow_exception(exception_);
    return ended_;
}

}  // namespace cli
