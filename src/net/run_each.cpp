#include "net/run_each.hpp"

#include <algorithm>
#include <list>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace net {

namespace asio = boost::asio;

namespace {

// One worker at a time waits in take(). The one that got a task hires the next to wait there, runs the task,
// and then waits itself if nobody does, or goes home.
class Crew {
  public:
    using Take = std::function<Task<std::optional<Task<bool>>>()>;

    Crew(asio::any_io_executor executor, std::size_t limit, Take take)
        : executor_(std::move(executor)),
          limit_(std::max<std::size_t>(limit, 1)),
          take_(std::move(take)),
          changed_(executor_, asio::steady_timer::time_point::max()) {}
    Crew(const Crew&) = delete;
    Crew& operator=(const Crew&) = delete;

    Task<void> run() {
        hire();
        bool told = false;
        while (!workers_.empty()) {
            const auto state = co_await asio::this_coro::cancellation_state;
            if (state.cancelled() != asio::cancellation_type::none) stopped_ = true;
            if (stopped_ && !std::exchange(told, true))
                for (auto& worker : workers_)
                    worker.emit(asio::cancellation_type::terminal);
            boost::system::error_code ignored;
            co_await changed_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        }
        if (exception_) std::rethrow_exception(exception_);
    }

  private:
    void hire() {
        const auto self = workers_.emplace(workers_.end());
        auto finish = [this, self](std::exception_ptr thrown) {
            if (thrown) stop(std::move(thrown));
            workers_.erase(self);
            if (workers_.empty()) changed_.cancel();
        };
        taking_ = true;
        asio::co_spawn(executor_, work(), asio::bind_cancellation_slot(self->slot(), std::move(finish)));
    }

    void stop(std::exception_ptr thrown = {}) {
        if (thrown && !exception_) exception_ = std::move(thrown);
        ended_ = true;
        stopped_ = true;
        changed_.cancel();
    }

    Task<void> work() {
        co_await asio::this_coro::throw_if_cancelled(false);
        co_await asio::post(executor_, asio::use_awaitable);  // else each runs on the stack of who hired it
        do {
            taking_ = true;
            auto task = co_await take_();
            taking_ = false;
            if (stopped_ || !task) ended_ = true;
            if (ended_) break;
            if (workers_.size() < limit_) hire();
            const bool go_on = co_await std::move(*task);
            if (!go_on) stop();
        } while (!ended_ && !taking_);
    }

    asio::any_io_executor executor_;
    std::size_t limit_;
    Take take_;
    asio::steady_timer changed_;
    std::list<asio::cancellation_signal> workers_;
    bool taking_ = false;
    bool ended_ = false;
    bool stopped_ = false;
    std::exception_ptr exception_;
};

}  // namespace

Task<void> run_each(std::size_t limit, std::function<Task<std::optional<Task<bool>>>()> take) {
    const auto executor = co_await asio::this_coro::executor;
    const bool throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);  // the workers hold references to this frame
    Crew crew(executor, limit, std::move(take));
    std::exception_ptr exception;
    try {
        co_await crew.run();
    } catch (...) {
        exception = std::current_exception();
    }
    co_await asio::this_coro::throw_if_cancelled(throws);
    if (exception) std::rethrow_exception(exception);
}

Task<bool> is_cancelled() {
    const auto state = co_await asio::this_coro::cancellation_state;
    co_return state.cancelled() != asio::cancellation_type::none;
}

}  // namespace net
