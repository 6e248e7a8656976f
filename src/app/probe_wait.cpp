#include "app/probe_wait.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include "net/run.hpp"

namespace app {

namespace {

net::Task<void> without_throwing(net::Task<void> task) {
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    co_await std::move(task);
}

}  // namespace

net::Task<bool> is_cancelled() {
    const auto state = co_await boost::asio::this_coro::cancellation_state;
    co_return state.cancelled() != boost::asio::cancellation_type::none;
}

net::Task<bool> pause_until(net::Deadline moment) {
    try {
        co_await net::sleep_until(moment);
    } catch (const boost::system::system_error& error) {
        if (error.code() != boost::asio::error::operation_aborted) throw;
        co_return false;
    }
    co_return true;
}

net::Task<void> first_of(net::Task<void> a, net::Task<void> b) {
    using namespace boost::asio::experimental::awaitable_operators;
    auto first = without_throwing(std::move(a));
    auto second = without_throwing(std::move(b));
    auto either = std::move(first) || std::move(second);
    co_await std::move(either);
}

}  // namespace app
