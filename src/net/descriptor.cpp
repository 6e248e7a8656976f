#include "net/descriptor.hpp"

#include <cerrno>
#include <cstring>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <sys/epoll.h>
#include <unistd.h>

namespace net {

namespace asio = boost::asio;

// An epoll descriptor that watches the one to read. Asio sets what it waits for to non-blocking, and on
// standard input that would reach every process that shares it, such as the shell.
struct DescriptorReader::Watch {
    Watch(const asio::any_io_executor& executor, int epoll) : stream(executor, epoll) {}
    asio::posix::stream_descriptor stream;
};

namespace {

base::Error cannot_read(int error) {
    return {.kind = base::ErrorKind::io,
            .message = fmt::format("cannot read the input: {}", std::strerror(error))};
}

}  // namespace

// False: cancelled. A regular file is always ready: epoll does not take it.
Task<bool> DescriptorReader::wait() {
    if (!watch_) {
        const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
        if (epoll < 0) co_return true;
        epoll_event event = {};
        event.events = EPOLLIN;
        if (::epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor_, &event) != 0) {
            ::close(epoll);
            co_return true;
        }
        const auto executor = co_await asio::this_coro::executor;
        watch_ = std::make_shared<Watch>(executor, epoll);
    }
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) co_return false;
    boost::system::error_code error;
    co_await watch_->stream.async_wait(asio::posix::stream_descriptor::wait_read,
                                       asio::redirect_error(asio::use_awaitable, error));
    co_return error != asio::error::operation_aborted;
}

Task<base::Result<std::size_t>> DescriptorReader::read_some(std::span<char> buffer) {
    for (;;) {
        const bool ready = co_await wait();
        if (!ready) co_return base::Error{.kind = base::ErrorKind::interrupted, .message = "interrupted"};
        const ssize_t count = ::read(descriptor_, buffer.data(), buffer.size());
        if (count >= 0) co_return static_cast<std::size_t>(count);
        if (errno != EINTR && errno != EAGAIN) co_return cannot_read(errno);
    }
}

}  // namespace net
