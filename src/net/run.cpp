#include "net/run.hpp"

#include <csignal>
#include <list>
#include <optional>
#include <stdexcept>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace net {

namespace asio = boost::asio;

namespace {

// Lives as long as the thread, so that what outlasts one run (a resolver's sockets) stays valid in the next.
asio::io_context& thread_context() {
    thread_local asio::io_context context(1);
    return context;
}

// After a cancellation every network step returns an Error of kind interrupted, rather than throwing out of
// the middle of the caller: what is known so far can still be told.
Task<void> without_throwing(Task<void> task) {
    co_await asio::this_coro::throw_if_cancelled(false);
    co_await std::move(task);
}

bool is_cancellation(const std::exception_ptr& exception) {
    try {
        std::rethrow_exception(exception);
    } catch (const boost::system::system_error& error) {
        return error.code() == asio::error::operation_aborted;
    } catch (...) {
        return false;
    }
}

}  // namespace

base::Result<void> run_to_end(Task<void> task) {
    auto& context = thread_context();
    asio::cancellation_signal cancellation;
    asio::signal_set signals(context, SIGINT, SIGTERM);
    bool interrupted = false;
    bool done = false;
    std::exception_ptr exception;

    signals.async_wait([&](const boost::system::error_code& error, int) {
        if (error) return;  // the run is over: nothing captured may be touched
        interrupted = true;
        signals.clear();  // a second Ctrl-C ends the process
        cancellation.emit(asio::cancellation_type::terminal);
    });
    const auto finish = [&](std::exception_ptr thrown) {
        exception = std::move(thrown);
        done = true;
        context.stop();
    };
    asio::co_spawn(context, without_throwing(std::move(task)),
                   asio::bind_cancellation_slot(cancellation.slot(), finish));
    context.restart();
    context.run();

    if (!done) throw std::logic_error("a task waits for nothing");
    if (interrupted && (!exception || is_cancellation(exception)))
        return base::Error{.kind = base::ErrorKind::interrupted, .message = "interrupted"};
    if (exception) std::rethrow_exception(exception);
    return {};
}

namespace {

struct Batch {
    std::size_t count = 0;
    std::size_t next = 0;
    std::size_t workers = 0;  // still running
    std::function<Task<void>(std::size_t)> make;
    std::exception_ptr exception;
};

Task<void> work(Batch& batch) {
    co_await asio::this_coro::throw_if_cancelled(false);
    while (batch.next < batch.count && !batch.exception) {
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none) break;
        const std::size_t index = batch.next++;
        co_await batch.make(index);
    }
}

}  // namespace

Task<void> for_each(std::size_t count, std::size_t limit, std::function<Task<void>(std::size_t)> make) {
    if (count == 0) co_return;
    const auto executor = co_await asio::this_coro::executor;
    const bool throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);  // the workers hold references to this frame

    Batch batch;
    batch.count = count;
    batch.make = std::move(make);
    std::optional<asio::steady_timer> finished;
    std::list<asio::cancellation_signal> signals;
    // A worker begins at once, up to its first wait: what needs none leaves no work for the next. The last
    // one works here: a worker of its own costs more than most tasks.
    const std::size_t most = std::min(count, std::max<std::size_t>(limit, 1));
    while (batch.next + 1 < count && signals.size() + 1 < most && !batch.exception) {
        auto& signal = signals.emplace_back();
        ++batch.workers;
        auto finish = [&batch, &finished](std::exception_ptr thrown) {
            if (thrown && !batch.exception) batch.exception = std::move(thrown);
            if (--batch.workers == 0 && finished) finished->cancel();
        };
        asio::co_spawn(executor, work(batch), asio::bind_cancellation_slot(signal.slot(), std::move(finish)));
    }
    try {
        co_await work(batch);
    } catch (...) {
        if (!batch.exception) batch.exception = std::current_exception();
    }
    bool cancelled = false;
    while (batch.workers != 0) {
        const auto state = co_await asio::this_coro::cancellation_state;
        if (!cancelled && state.cancelled() != asio::cancellation_type::none) {
            cancelled = true;
            for (auto& signal : signals)
                signal.emit(asio::cancellation_type::terminal);
            continue;
        }
        if (!finished) finished.emplace(executor, asio::steady_timer::time_point::max());
        boost::system::error_code ignored;
        co_await finished->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    co_await asio::this_coro::throw_if_cancelled(throws);
    if (batch.exception) std::rethrow_exception(batch.exception);
}

Task<void> sleep_until(Deadline deadline) {
    const auto executor = co_await asio::this_coro::executor;
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none)
        throw boost::system::system_error(asio::error::operation_aborted);
    asio::steady_timer timer(executor, deadline);
    boost::system::error_code error;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
    if (error) throw boost::system::system_error(error);
}

}  // namespace net
