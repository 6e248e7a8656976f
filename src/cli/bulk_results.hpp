// What a run over many targets found, on its way out: rendered, counted, written and noted in the journal by
// a thread of its own, so that the event loop waits neither for JSON nor for a slow reader.
#pragma once

#include <atomic>
#include <condition_variable>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "app/verify_many.hpp"
#include "cli/bulk_report.hpp"
#include "cli/commands/verify_output.hpp"
#include "cli/journal.hpp"
#include "cli/verdict.hpp"

namespace cli {

// The constructor and finish() are for one thread, push() is for any. Between the first and the last of them
// the console's output and error, and what the journal writes, belong to the thread in here.
class BulkResults {
  public:
    // `journal` may be nullptr, and outlives this.
    BulkResults(Console& console, VerifyOutput output, Journal* journal, std::optional<base::IpAddress> ip,
                bool dkim_wanted);
    BulkResults(const BulkResults&) = delete;
    BulkResults& operator=(const BulkResults&) = delete;
    ~BulkResults() { join(); }

    // Waits while very many are not yet written.
    void push(app::VerifiedTarget done);
    // How much of the input is read, 0 to 1, for the progress line.
    void set_share(double share) { share_ = share; }
    // The reader of the output is gone, or writing failed: nothing more is wanted.
    bool stopped() const { return stopped_; }

    // Writes all that is left, ends the thread and prints the summary. `error`: what ended the run early. The
    // exit code is that of the worst verdict.
    base::Result<ExitCode> finish(std::optional<base::Error> error, const dns::ResolverCounts& counts);

  private:
    using Clock = std::chrono::steady_clock;

    struct Queued {
        std::thread::id from;
        app::VerifiedTarget target;
    };

    void run();
    void give_back(std::vector<Queued>& written);
    void take(app::VerifiedTarget& done);
    void flush();
    void draw_progress();
    void join();

    Console& console_;
    VerifyOutput output_;
    Journal* journal_;
    std::optional<base::IpAddress> ip_;
    bool dkim_wanted_;
    Clock::time_point start_ = Clock::now();

    std::atomic<double> share_ = -1;  // negative: not known
    std::atomic<bool> stopped_ = false;
    std::mutex mutex_;
    std::condition_variable filled_;   // for the thread
    std::condition_variable drained_;  // for push()
    std::vector<Queued> queue_;
    // What is written goes back to the thread that made it, and is given back there: glibc's allocator would
    // let the two wait for each other.
    std::map<std::thread::id, std::vector<app::VerifiedTarget>> spent_;
    bool ended_ = false;

    // The thread's own, until it is joined.
    BulkTally tally_;
    WorstVerdict worst_;
    ProgressLine progress_;
    std::string pending_;
    std::optional<base::Error> error_;
    std::exception_ptr exception_;
    std::thread thread_;
};

}  // namespace cli
