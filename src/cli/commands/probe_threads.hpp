// Many relays probed on two threads: TLS takes more time than one has.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>

#include "app/probe_many.hpp"
#include "cli/commands/worker_thread.hpp"
#include "net/queue.hpp"

namespace cli {

// For one run. Each thread has a loop, a resolver and half of the concurrency of its own, and all relays of
// one host, so that no host is pressed.
class ProbeThreads {
  public:
    // `next` is called by the thread of run() alone, `take` by either, one at a time. The concurrency is 2 or
    // more.
    ProbeThreads(app::NextProbe next, app::TakeProbed take, app::ProbeManyOptions options);
    ProbeThreads(const ProbeThreads&) = delete;
    ProbeThreads& operator=(const ProbeThreads&) = delete;
    ~ProbeThreads() {
        close_queues();
        second_.end();
    }

    // What both use of `services` must be for any thread; the resolver is the first one's. Errors:
    // interrupted.
    base::Result<void> run(app::ProbeServices services, std::unique_ptr<dns::Resolver> second);

  private:
    using Jobs = net::Queue<app::ProbeJob>;

    net::Task<void> lead(app::ProbeServices services);
    net::Task<bool> read_all();
    net::Task<void> probe_queued(app::ProbeServices services, std::size_t thread);
    net::Task<bool> probe_here(app::ProbeServices services);
    void begin_second(app::ProbeServices services);
    void close_queues();

    app::NextProbe next_;
    app::TakeProbed take_;
    app::ProbeManyOptions options_;  // of each thread
    std::mutex taking_;
    std::atomic<bool> stopped_ = false;
    std::array<std::optional<Jobs>, 2> queues_;  // of each thread
    std::unique_ptr<dns::Resolver> second_resolver_;
    WorkerThread second_;
};

}  // namespace cli
