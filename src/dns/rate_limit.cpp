#include "dns/rate_limit.hpp"

#include <algorithm>
#include <deque>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include "net/event.hpp"

namespace dns {

namespace asio = boost::asio;
using Clock = net::Deadline::clock;

namespace {

constexpr auto turn = std::chrono::milliseconds(5);    // how often those who wait are looked at
constexpr auto burst = std::chrono::milliseconds(50);  // of tokens that may lie ready

}  // namespace

struct RateLimit::State : std::enable_shared_from_this<State> {
    double per_second = 1;
    double most = 1;  // tokens
    double tokens = 1;
    net::Deadline counted = Clock::now();
    std::deque<net::Event*> waiting;
    std::optional<asio::steady_timer> timer;
    bool ticking = false;

    void count() {
        const auto now = Clock::now();
        const std::chrono::duration<double> passed = now - counted;
        tokens = std::min(most, tokens + passed.count() * per_second);
        counted = now;
    }

    void serve() {
        count();
        while (!waiting.empty() && tokens >= 1) {
            tokens -= 1;
            waiting.front()->set();
            waiting.pop_front();
        }
        if (!waiting.empty()) tick();
    }

    void tick() {
        if (ticking) return;
        ticking = true;
        timer->expires_after(turn);
        timer->async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
            const auto state = weak.lock();
            if (!state) return;
            state->ticking = false;
            if (!error) state->serve();
        });
    }
};

RateLimit::RateLimit(unsigned per_second) : state_(std::make_shared<State>()) {
    state_->per_second = std::max(per_second, 1U);
    state_->most = std::max(1.0, state_->per_second * std::chrono::duration<double>(burst).count());
    state_->tokens = state_->most;
}

RateLimit::~RateLimit() = default;

net::Task<std::optional<net::Deadline::duration>> RateLimit::wait() {
    const std::shared_ptr<State> state = state_;
    state->count();
    if (state->waiting.empty() && state->tokens >= 1) {
        state->tokens -= 1;
        co_return net::Deadline::duration::zero();
    }
    if (!state->timer) {
        const auto executor = co_await asio::this_coro::executor;
        state->timer.emplace(executor);
    }
    const auto start = Clock::now();
    net::Event served;
    state->waiting.push_back(&served);
    state->tick();
    const bool in_time = co_await served.wait();
    if (in_time) co_return Clock::now() - start;
    std::erase(state->waiting, &served);
    co_return std::nullopt;
}

}  // namespace dns
