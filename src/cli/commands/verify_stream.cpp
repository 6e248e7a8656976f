#include "cli/commands/verify_stream.hpp"

#include <unistd.h>

#include "base/text.hpp"
#include "net/run.hpp"
#include "net/run_each.hpp"

namespace cli {

namespace {

// Another thread has a cache of its own, and asks again what the first one knows: not for so few.
constexpr std::uint64_t long_input = 1000;  // targets

}  // namespace

base::Result<void> VerifyStream::run(dns::Resolver& resolver,
                                     std::vector<std::unique_ptr<dns::Resolver>> others,
                                     app::VerifyManyOptions options) {
    size_ = octets_left_in(STDIN_FILENO);
    others_ = std::move(others);
    const app::NextTarget next = [this] { return read_target(); };
    auto ended = net::run_to_end(others_.empty() ? verify(resolver, next, options) : lead(resolver, options));
    if (queue_) queue_->close();
    for (auto& worker : workers_)
        worker.end();
    for (const auto& worker : workers_)
        if (auto outcome = worker.outcome(); !ended.has_error()) ended = std::move(outcome);
    if (error_) return *error_;
    return ended;
}

net::Task<std::optional<app::VerifyTarget>> VerifyStream::read_target() {
    std::optional<app::VerifyTarget> target;
    while (!stopped()) {
        auto line = co_await lines_.next();
        if (line.has_error()) {
            if (line.error().kind != base::ErrorKind::interrupted) error_ = line.error();
            failed_ = error_.has_value();
            break;
        }
        if (!*line) break;
        if (size_ && *size_ != 0)
            results_.set_share(static_cast<double>(lines_.octets()) / static_cast<double>(*size_));
        target = parse_target(**line);
        if (!target) continue;
        if (journal_ == nullptr) break;
        target->key = base::trim((*line)->text);
        if (!journal_->take_finished(target->key)) break;
        target.reset();
    }
    co_return target;
}

net::Task<void> VerifyStream::verify(dns::Resolver& resolver, app::NextTarget next,
                                     app::VerifyManyOptions options) {
    const app::TakeVerified take = [this](app::VerifiedTarget done) {
        results_.push(std::move(done));
        return !stopped();
    };
    co_await app::verify_many(resolver, common_, std::move(next), take, options);
}

// The first thread reads for all.
net::Task<void> VerifyStream::lead(dns::Resolver& resolver, app::VerifyManyOptions options) {
    queue_.emplace(co_await net::PointerQueue::create(options.concurrency));
    app::VerifyManyOptions share = options;
    share.concurrency = options.concurrency / (others_.size() + 1);
    unsigned begun = 0;
    const std::function<net::Task<std::optional<net::Task<bool>>>()> take =
        [&]() -> net::Task<std::optional<net::Task<bool>>> {
        std::optional<net::Task<bool>> task;
        if (begun == 0) task.emplace(verify_queued(resolver, share));
        if (begun == 1) task.emplace(read_all(share));
        ++begun;
        co_return task;
    };
    co_await net::run_each(2, take);
}

net::Task<bool> VerifyStream::read_all(app::VerifyManyOptions options) {
    std::uint64_t number = 0;
    for (;;) {
        auto target = co_await read_target();
        if (!target) break;
        if (number++ == long_input) begin_workers(options);
        const bool taken = co_await queue_->push(std::move(*target));
        if (!taken) break;
    }
    co_await queue_->end(static_cast<unsigned>(workers_.size()) + 1);
    co_return true;
}

// False: what still reads is to stop.
net::Task<bool> VerifyStream::verify_queued(dns::Resolver& resolver, app::VerifyManyOptions options) {
    const app::NextTarget next = [this] { return queue_->pop(); };
    co_await verify(resolver, next, options);
    co_return false;
}

void VerifyStream::begin_workers(app::VerifyManyOptions options) {
    const auto work = [this, options](dns::Resolver& resolver) {
        const app::NextTarget next = [this] { return queue_->pop(); };
        return verify(resolver, next, options);
    };
    for (auto& other : others_)
        workers_.emplace_back().begin(std::move(other), work, [](bool) {});
}

}  // namespace cli
