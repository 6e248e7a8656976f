#include "cli/bulk_results.hpp"

#include <fmt/format.h>
#include <unistd.h>

namespace cli {

namespace {

constexpr std::size_t output_buffer = 64 * 1024;  // octets
constexpr std::size_t full_queue = 256;           // results; a wide domain's takes some 100 kB
// Results wait no longer than this. To wake the thread for each one would cost more than to render it.
constexpr auto turn = std::chrono::milliseconds(20);
constexpr auto progress_interval = std::chrono::milliseconds(300);

}  // namespace

BulkResults::BulkResults(Console& console, VerifyOutput output, Journal* journal,
                         std::optional<base::IpAddress> ip, bool dkim_wanted)
    : console_(console),
      output_(std::move(output)),
      journal_(journal),
      ip_(ip),
      dkim_wanted_(dkim_wanted),
      progress_(console),
      thread_([this] { run(); }) {}

void BulkResults::push(app::VerifiedTarget done) {
    std::vector<app::VerifiedTarget> spent;
    std::unique_lock lock(mutex_);
    drained_.wait(lock, [this] { return queue_.size() < full_queue || stopped_; });
    if (stopped_) return;
    spent.swap(spent_[std::this_thread::get_id()]);
    queue_.push_back({std::this_thread::get_id(), std::move(done)});
    if (queue_.size() == full_queue / 4) filled_.notify_one();
    if (queue_.size() == full_queue) filled_.notify_one();
}

void BulkResults::run() {
    auto next_progress = start_ + progress_interval;
    std::vector<Queued> taken;
    for (bool ended = false; !ended;) {
        {
            std::unique_lock lock(mutex_);
            filled_.wait_for(lock, turn, [this] { return ended_ || queue_.size() >= full_queue / 4; });
            taken.swap(queue_);
            ended = ended_;
        }
        drained_.notify_all();
        try {
            for (auto& done : taken)
                take(done.target);
            if (!pending_.empty()) flush();
            if (Clock::now() >= next_progress && !stopped_) {
                draw_progress();
                next_progress = Clock::now() + progress_interval;
            }
            give_back(taken);
        } catch (...) {
            exception_ = std::current_exception();
            stopped_ = true;
        }
        if (stopped_) drained_.notify_all();
        taken.clear();
    }
}

void BulkResults::give_back(std::vector<Queued>& written) {
    const std::lock_guard lock(mutex_);
    for (auto& done : written)
        spent_[done.from].push_back(std::move(done.target));
}

void BulkResults::take(app::VerifiedTarget& done) {
    if (stopped_) return;
    if (!done.failure.empty())
        console_.notice(fmt::format("relayctl: cannot verify {}: a bug in relayctl: {}", done.target.domain,
                                    done.failure));
    const auto verdict = done.verification.verdict();
    std::set<std::string_view> ids;
    collect_finding_ids(done.verification, ids);
    tally_.add(verdict, ids);
    worst_.add(verdict);
    if (journal_ != nullptr) journal_->finish(done.target.key, verdict);
    VerifyResult result{.verification = std::move(done.verification), .ip = ip_, .dkim_wanted = dkim_wanted_};
    output_.append(pending_, result);
    done.verification = std::move(result.verification);
    if (pending_.size() >= output_buffer) flush();
}

// What is flushed here was seen, and only then it is noted as finished.
void BulkResults::flush() {
    if (console_.output_is_terminal()) progress_.erase();
    console_.print(pending_);
    pending_.clear();
    auto flushed = console_.flush();
    if (flushed.has_value() && journal_ != nullptr && !console_.reader_is_gone())
        flushed = journal_->commit(STDOUT_FILENO);
    if (flushed.has_error() && !error_) error_ = flushed.error();
    if (error_ || console_.reader_is_gone()) stopped_ = true;
}

void BulkResults::draw_progress() {
    const double share = share_;
    const auto took = std::chrono::round<std::chrono::milliseconds>(Clock::now() - start_);
    progress_.draw(progress_text(tally_.done(), took, share < 0 ? std::nullopt : std::optional(share)));
}

void BulkResults::join() {
    if (!thread_.joinable()) return;
    {
        const std::lock_guard lock(mutex_);
        ended_ = true;
    }
    filled_.notify_one();
    thread_.join();
}

base::Result<ExitCode> BulkResults::finish(std::optional<base::Error> error,
                                           const dns::ResolverCounts& counts) {
    join();
    if (exception_) std::rethrow_exception(exception_);
    pending_ += output_.end();
    flush();
    progress_.erase();
    const auto took = std::chrono::round<std::chrono::milliseconds>(Clock::now() - start_);
    if (!output_.is_names() && !console_.reader_is_gone()) console_.notice_block(tally_.text(took, counts));
    if (error_) return *error_;
    if (error && !console_.reader_is_gone()) return std::move(*error);
    if (journal_ != nullptr)
        for (const auto verdict : journal_->verdicts_before())
            worst_.add(verdict);
    return worst_.exit_code();
}

}  // namespace cli
