#include "cli/commands/verify_stream.hpp"

#include <unistd.h>

#include "base/text.hpp"
#include "net/run.hpp"
#include "net/run_each.hpp"

namespace cli {

namespace {

// A second thread has a cache of its own, and asks again what the first one knows: not for so few.
constexpr std::uint64_t long_input = 1000;  // targets

}  // namespace

base::Result<void> VerifyStream::run(dns::Resolver& resolver, app::VerifyManyOptions options) {
    size_ = octets_left_in(STDIN_FILENO);
    const app::NextTarget next = [this] { return read_target(); };
    return outcome(net::run_to_end(verify(resolver, next, options)));
}

base::Result<void> VerifyStream::run(dns::Resolver& resolver, std::unique_ptr<dns::Resolver> second,
                                     app::VerifyManyOptions options) {
    size_ = octets_left_in(STDIN_FILENO);
    second_resolver_ = std::move(second);
    auto ended = net::run_to_end(lead(resolver, options));
    if (queue_) queue_->close();
    second_.end();
    auto second_ended = second_.outcome();
    return outcome(ended.has_error() ? std::move(ended) : std::move(second_ended));
}

base::Result<void> VerifyStream::outcome(base::Result<void> ended) const {
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

// The first thread reads for both.
net::Task<void> VerifyStream::lead(dns::Resolver& resolver, app::VerifyManyOptions options) {
    queue_.emplace(co_await net::PointerQueue::create(options.concurrency));
    app::VerifyManyOptions half = options;
    half.concurrency = options.concurrency / 2;
    unsigned begun = 0;
    const std::function<net::Task<std::optional<net::Task<bool>>>()> take =
        [&]() -> net::Task<std::optional<net::Task<bool>>> {
        std::optional<net::Task<bool>> task;
        if (begun == 0) task.emplace(verify_queued(resolver, half));
        if (begun == 1) task.emplace(read_all(half));
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
        if (number++ == long_input) begin_second(options);
        const bool taken = co_await queue_->push(std::move(*target));
        if (!taken) break;
    }
    co_await queue_->end(2);
    co_return true;
}

// False: what still reads is to stop.
net::Task<bool> VerifyStream::verify_queued(dns::Resolver& resolver, app::VerifyManyOptions options) {
    const app::NextTarget next = [this] { return queue_->pop(); };
    co_await verify(resolver, next, options);
    co_return false;
}

void VerifyStream::begin_second(app::VerifyManyOptions options) {
    const auto work = [this, options](dns::Resolver& resolver) {
        const app::NextTarget next = [this] { return queue_->pop(); };
        return verify(resolver, next, options);
    };
    second_.begin(std::move(second_resolver_), work, [](bool) {});
}

}  // namespace cli
