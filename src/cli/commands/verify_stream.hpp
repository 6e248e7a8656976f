// The domains of standard input, verified as they come.
#pragma once

#include <atomic>
#include <list>
#include <memory>
#include <optional>
#include <vector>

#include <unistd.h>

#include "app/verify_many.hpp"
#include "cli/bulk_results.hpp"
#include "cli/commands/worker_thread.hpp"
#include "cli/journal.hpp"
#include "cli/verify_lines.hpp"
#include "net/queue.hpp"

namespace cli {

// For one run.
class VerifyStream {
  public:
    // `journal` may be nullptr.
    VerifyStream(app::VerifyRequest common, BulkResults& results, Journal* journal)
        : common_(std::move(common)), results_(results), journal_(journal) {}
    VerifyStream(const VerifyStream&) = delete;
    VerifyStream& operator=(const VerifyStream&) = delete;
    ~VerifyStream() {
        if (queue_) queue_->close();
        for (auto& worker : workers_)
            worker.end();
    }

    // With `others`, once the input is long, a thread for each of these resolvers beside this one, and each
    // of them with its share of the concurrency, 1 or more: as they finish, and nothing of the request may be
    // for one thread only. Errors: io, of reading the input; interrupted.
    base::Result<void> run(dns::Resolver& resolver, std::vector<std::unique_ptr<dns::Resolver>> others,
                           app::VerifyManyOptions options);

  private:
    net::Task<std::optional<app::VerifyTarget>> read_target();
    net::Task<void> verify(dns::Resolver& resolver, app::NextTarget next, app::VerifyManyOptions options);
    net::Task<void> lead(dns::Resolver& resolver, app::VerifyManyOptions options);
    net::Task<bool> read_all(app::VerifyManyOptions options);
    net::Task<bool> verify_queued(dns::Resolver& resolver, app::VerifyManyOptions options);
    void begin_workers(app::VerifyManyOptions options);
    bool stopped() const { return failed_ || results_.stopped(); }

    app::VerifyRequest common_;
    BulkResults& results_;
    Journal* journal_;
    LineReader lines_{STDIN_FILENO};
    std::optional<std::uint64_t> size_;
    std::optional<base::Error> error_;  // of reading the input
    std::atomic<bool> failed_ = false;  // there is one

    // Of several threads.
    std::optional<net::Queue<app::VerifyTarget>> queue_;
    std::vector<std::unique_ptr<dns::Resolver>> others_;
    std::list<WorkerThread> workers_;
};

}  // namespace cli
