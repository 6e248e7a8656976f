#include "net/event.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace net {

namespace asio = boost::asio;

// The waiting coroutine, whatever Asio's type for it. (any_completion_handler of 1.81 recurses without end
// when a lambda that holds one is copied.)
struct Event::Waiter {
    virtual ~Waiter() = default;
    virtual void go_on(bool result) = 0;
};

Event::Event() = default;
Event::~Event() = default;

void Event::finish(bool result) {
    if (!waiter_) return;
    asio::post(executor_, [waiting = std::move(waiter_), result] { waiting->go_on(result); });
}

void Event::set() {
    set_ = true;
    finish(true);
}

Task<bool> Event::wait() {
    if (set_) co_return true;
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    if (cancellation.cancelled() != asio::cancellation_type::none) co_return false;
    executor_ = co_await asio::this_coro::executor;
    const auto start = [this]<class Handler>(Handler handler) {
        struct HandlerWaiter final : Waiter {
            explicit HandlerWaiter(Handler of) : handler(std::move(of)) {}
            void go_on(bool result) override { std::move(handler)(result); }
            Handler handler;
        };
        slot_ = asio::get_associated_cancellation_slot(handler);
        if (slot_.is_connected()) slot_.assign([this](asio::cancellation_type) { finish(false); });
        waiter_ = std::make_unique<HandlerWaiter>(std::move(handler));
    };
    const bool result =
        co_await asio::async_initiate<const asio::use_awaitable_t<>, void(bool)>(start, asio::use_awaitable);
    if (slot_.is_connected()) slot_.clear();  // it points to this event, which may go now
    co_return result;
}

}  // namespace net
