#include "net/event.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace net {

namespace asio = boost::asio;

namespace {

// The waiting coroutine, whatever Asio's type for it. (any_completion_handler of 1.81 recurses without end
// when a lambda that holds one is copied.)
struct Waiter {
    virtual ~Waiter() = default;
    virtual void go_on(bool result) = 0;
};

template <class Handler>
struct HandlerWaiter final : Waiter {
    explicit HandlerWaiter(Handler of) : handler(std::move(of)) {}
    void go_on(bool result) override { std::move(handler)(result); }
    Handler handler;
};

}  // namespace

struct Event::State {
    bool set = false;
    asio::any_io_executor executor;
    asio::cancellation_slot slot;
    std::unique_ptr<Waiter> waiter;

    void finish(bool result) {
        if (!waiter) return;
        asio::post(executor, [waiting = std::move(waiter), result] { waiting->go_on(result); });
    }
};

Event::Event() : state_(std::make_unique<State>()) {}
Event::~Event() = default;

void Event::set() {
    state_->set = true;
    state_->finish(true);
}

Task<bool> Event::wait() {
    State* state = state_.get();
    if (state->set) co_return true;
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    if (cancellation.cancelled() != asio::cancellation_type::none) co_return false;
    state->executor = co_await asio::this_coro::executor;
    const auto start = [state](auto handler) {
        state->slot = asio::get_associated_cancellation_slot(handler);
        if (state->slot.is_connected())
            state->slot.assign([state](asio::cancellation_type) { state->finish(false); });
        state->waiter = std::make_unique<HandlerWaiter<decltype(handler)>>(std::move(handler));
    };
    const bool result =
        co_await asio::async_initiate<const asio::use_awaitable_t<>, void(bool)>(start, asio::use_awaitable);
    if (state->slot.is_connected()) state->slot.clear();  // it points to this event, which may go now
    co_return result;
}

}  // namespace net
