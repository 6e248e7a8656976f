#include "net/queue.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/experimental/concurrent_channel.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace net {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

class ChannelQueue final : public PointerQueue {
  public:
    ChannelQueue(const asio::any_io_executor& executor, std::size_t capacity)
        : channel_(executor, capacity) {}

    Task<bool> push(std::shared_ptr<void> element) override {
        const bool cancelled = co_await is_cancelled();
        if (cancelled) co_return false;
        error_code error;
        co_await channel_.async_send(error_code(), std::move(element),
                                     asio::redirect_error(asio::use_awaitable, error));
        co_return !error;
    }

    Task<std::shared_ptr<void>> pop() override {
        const bool cancelled = co_await is_cancelled();
        if (cancelled) co_return nullptr;
        error_code error;
        auto element = co_await channel_.async_receive(asio::redirect_error(asio::use_awaitable, error));
        if (error) element.reset();
        co_return element;
    }

    void close() override { channel_.close(); }

  private:
    // A cancellation of before ends no later wait by itself.
    static Task<bool> is_cancelled() {
        const auto state = co_await asio::this_coro::cancellation_state;
        co_return state.cancelled() != asio::cancellation_type::none;
    }

    asio::experimental::concurrent_channel<void(error_code, std::shared_ptr<void>)> channel_;
};

}  // namespace

Task<std::unique_ptr<PointerQueue>> PointerQueue::create(std::size_t capacity) {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    co_return std::make_unique<ChannelQueue>(executor, capacity);
}

}  // namespace net
