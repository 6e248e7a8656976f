#include "app/probe_many.hpp"

#include <algorithm>
#include <deque>
#include <exception>
#include <unordered_map>

#include <fmt/format.h>

#include "net/event.hpp"
#include "net/run_each.hpp"

namespace app {

namespace {

class ManyProbes {
  public:
    ManyProbes(ProbeServices services, NextProbe next, TakeProbed take, ProbeManyOptions options)
        : services_(services), next_(std::move(next)), take_(std::move(take)), options_(std::move(options)) {
        options_.most_waiting = std::max<std::size_t>(options_.most_waiting, 1);
    }

    net::Task<std::optional<net::Task<bool>>> take_one() {
        std::optional<net::Task<bool>> task;
        while (!task) {
            if (waiting_ >= options_.most_waiting) {
                net::Event moved;
                moved_ = &moved;
                const bool in_time = co_await moved.wait();
                moved_ = nullptr;
                if (!in_time) co_return task;
                continue;
            }
            auto job = co_await next_();
            if (!job) co_return task;
            if (!job->target) {
                task.emplace(hand_out_fault(std::move(*job)));
                continue;
            }
            auto key = job->target->host.to_string();
            auto& host = hosts_[key];
            if (host.waiting.empty() && take_room(host, *job)) {
                task.emplace(probe_in_turn(std::move(key), std::move(*job)));
                continue;
            }
            host.waiting.push_back(std::move(*job));
            ++waiting_;
        }
        co_return task;
    }

  private:
    struct HostQueue {
        std::size_t connections = 0;  // that its relays at work may have
        std::deque<ProbeJob> waiting;
    };

    std::size_t connections_of(const ProbeJob& job) const {
        return std::min(job.endpoints.size(), options_.common.connections);
    }

    // One relay alone may have as many as its matrix needs.
    bool take_room(HostQueue& host, const ProbeJob& job) {
        const auto more = connections_of(job);
        if (host.connections != 0 && host.connections + more > options_.connections_to_host) return false;
        host.connections += more;
        return true;
    }

    net::Task<bool> hand_out_fault(ProbeJob job) {
        ProbedJob done{.job = std::move(job)};
        co_return !stopped_ && take_(std::move(done));
    }

    // The job, and then those that waited for its host. A job waits only behind one that is at work.
    net::Task<bool> probe_in_turn(std::string key, ProbeJob job) {
        auto& host = hosts_.at(key);
        std::optional<ProbeJob> turn(std::move(job));
        while (turn && !stopped_) {
            ProbedJob done{.job = std::move(*turn)};
            turn.reset();
            co_await probe(done);
            host.connections -= connections_of(done.job);
            const bool cancelled = co_await net::is_cancelled();
            stopped_ = stopped_ || cancelled || !take_(std::move(done));
            if (!stopped_) turn = next_in(host);
        }
        if (host.connections == 0 && host.waiting.empty()) hosts_.erase(key);
        co_return !stopped_;
    }

    std::optional<ProbeJob> next_in(HostQueue& host) {
        if (host.waiting.empty() || !take_room(host, host.waiting.front())) return std::nullopt;
        std::optional<ProbeJob> job(std::move(host.waiting.front()));
        host.waiting.pop_front();
        --waiting_;
        if (moved_ != nullptr) std::exchange(moved_, nullptr)->set();
        return job;
    }

    net::Task<void> probe(ProbedJob& done) {
        ProbeOptions options = options_.common;
        options.endpoints = done.job.endpoints;
        try {
            auto target = *done.job.target;
            auto report = co_await probe_relay(services_, std::move(target), std::move(options));
            if (report.has_value())
                done.report.emplace(std::move(*report));
            else
                done.job.fault = report.error().message;
        } catch (const std::exception& exception) {
            done.job.fault = fmt::format("a bug in relayctl: {}", exception.what());
        }
    }

    ProbeServices services_;
    NextProbe next_;
    TakeProbed take_;
    ProbeManyOptions options_;
    std::unordered_map<std::string, HostQueue> hosts_;  // those with relays at work
    std::size_t waiting_ = 0;                           // in all queues
    net::Event* moved_ = nullptr;                       // waits until fewer do
    bool stopped_ = false;
};

}  // namespace

net::Task<void> probe_many(ProbeServices services, NextProbe next, TakeProbed take,
                           ProbeManyOptions options) {
    const auto concurrency = options.concurrency;
    ManyProbes probes(services, std::move(next), std::move(take), std::move(options));
    const std::function<net::Task<std::optional<net::Task<bool>>>()> take_one = [&probes] {
        return probes.take_one();
    };
    co_await net::run_each(concurrency, take_one);
}

std::vector<ProbeEndpoint> usual_endpoints(const std::optional<ProbeEndpoint>& configured) {
    using relay::Security;
    if (configured) return {*configured};
    return {{.port = 587, .security = Security::tls},
            {.port = 465, .security = Security::ssl},
            {.port = 25, .security = Security::tls}};
}

}  // namespace app
