#include "net/event.hpp"

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace net {

namespace asio = boost::asio;

struct Event::State {
    bool set = false;
    asio::any_io_executor executor;
    asio::cancellation_slot slot;
    asio::any_completion_handler<void(bool)> handler;

    void finish(bool result) {
        if (!handler) return;
        auto waiting = std::move(handler);
        handler = nullptr;
        asio::post(executor,
                   [waiting = std::move(waiting), result]() mutable { std::move(waiting)(result); });
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
        state->handler = std::move(handler);
    };
    const bool result =
        co_await asio::async_initiate<const asio::use_awaitable_t<>, void(bool)>(start, asio::use_awaitable);
    if (state->slot.is_connected()) state->slot.clear();  // it points to this event, which may go now
    co_return result;
}

}  // namespace net
