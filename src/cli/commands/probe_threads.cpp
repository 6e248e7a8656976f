#include "cli/commands/probe_threads.hpp"

#include <functional>
#include <string>

#include "net/run.hpp"
#include "net/run_each.hpp"

namespace cli {

ProbeThreads::ProbeThreads(app::NextProbe next, app::TakeProbed take, app::ProbeManyOptions options)
    : next_(std::move(next)), options_(std::move(options)) {
    take_ = [this, take = std::move(take)](app::ProbedJob done) {
        const std::lock_guard lock(taking_);
        if (stopped_) return false;
        stopped_ = !take(std::move(done));
        return !stopped_;
    };
    options_.concurrency /= 2;
}

base::Result<void> ProbeThreads::run(app::ProbeServices services, std::unique_ptr<dns::Resolver> second) {
    second_resolver_ = std::move(second);
    auto ended = net::run_to_end(lead(services));
    if (ended.has_error() || stopped_) close_queues();  // else the second one empties its own
    second_.end();
    auto second_ended = second_.outcome();
    return ended.has_error() ? std::move(ended) : std::move(second_ended);
}

// The first thread reads for both.
net::Task<void> ProbeThreads::lead(app::ProbeServices services) {
    for (auto& queue : queues_)
        queue.emplace(co_await net::PointerQueue::create(options_.concurrency));
    begin_second(services);
    unsigned begun = 0;
    const std::function<net::Task<std::optional<net::Task<bool>>>()> take =
        [&]() -> net::Task<std::optional<net::Task<bool>>> {
        std::optional<net::Task<bool>> task;
        if (begun == 0) task.emplace(probe_here(services));
        if (begun == 1) task.emplace(read_all());
        ++begun;
        co_return task;
    };
    co_await net::run_each(2, take);
}

net::Task<bool> ProbeThreads::read_all() {
    bool goes_on = true;
    while (goes_on && !stopped_) {
        auto job = co_await next_();
        if (!job) break;
        const std::string host = job->target ? job->target->host.to_string() : job->word;
        auto& queue = *queues_[std::hash<std::string>()(host) % queues_.size()];
        goes_on = co_await queue.push(std::move(*job));
    }
    for (auto& queue : queues_)
        co_await queue->end(1);
    co_return true;
}

net::Task<void> ProbeThreads::probe_queued(app::ProbeServices services, std::size_t thread) {
    const app::NextProbe next = [this, thread] { return queues_[thread]->pop(); };
    co_await app::probe_many(services, next, take_, options_);
}

// False: what still reads is to stop.
net::Task<bool> ProbeThreads::probe_here(app::ProbeServices services) {
    co_await probe_queued(services, 0);
    co_return !stopped_;
}

void ProbeThreads::begin_second(app::ProbeServices services) {
    const auto work = [this, services](dns::Resolver& resolver) {
        const app::ProbeServices own{.resolver = resolver,
                                     .dialer = services.dialer,
                                     .clock = services.clock,
                                     .fetcher = services.fetcher};
        return probe_queued(own, 1);
    };
    const auto after = [this](bool in_order) {
        if (!in_order) stopped_ = true;
        queues_[1]->close();
        if (stopped_) queues_[0]->close();  // the first thread may be waiting there
    };
    second_.begin(std::move(second_resolver_), work, after);
}

void ProbeThreads::close_queues() {
    for (auto& queue : queues_)
        if (queue) queue->close();
}

}  // namespace cli
