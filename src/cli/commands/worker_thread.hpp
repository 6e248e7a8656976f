// A thread beside that of a command, for work that takes more time than one has.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <semaphore>
#include <thread>

#include "dns/resolver.hpp"

namespace cli {

class WorkerThread {
  public:
    using Work = std::function<net::Task<void>(dns::Resolver&)>;

    WorkerThread() = default;
    WorkerThread(const WorkerThread&) = delete;
    WorkerThread& operator=(const WorkerThread&) = delete;
    ~WorkerThread() { end(); }

    // Runs the work on the thread, in a loop of its own, to which the resolver belongs; once at most. `after`
    // is called there when it has ended, in order or not.
    void begin(std::unique_ptr<dns::Resolver> resolver, Work work, std::function<void(bool in_order)> after);
    // Waits until the work has ended. The thread stays until then, even when it has nothing to do: what wakes
    // its coroutines does so through its loop. Does nothing where none was begun.
    void end();
    // After end(): what the work threw is thrown again. Errors: interrupted.
    base::Result<void> outcome() const;

  private:
    base::Result<void> ended_ = {};
    std::exception_ptr exception_;
    std::binary_semaphore may_end_{0};
    std::thread thread_;
};

}  // namespace cli
