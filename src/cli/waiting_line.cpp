#include "cli/waiting_line.hpp"

#include <exception>

#include "app/probe_wait.hpp"
#include "cli/bulk_report.hpp"

namespace cli {

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto first_after = std::chrono::milliseconds(300);
constexpr auto interval = std::chrono::milliseconds(500);

net::Task<void> keep_exception(net::Task<void> task, std::exception_ptr& thrown) {
    try {
        co_await std::move(task);
    } catch (...) {
        thrown = std::current_exception();
    }
}

net::Task<void> draw(Console& console, const WaitingText& text) {
    ProgressLine line(console);
    const auto start = Clock::now();
    auto next = start + first_after;
    for (;;) {
        const bool waited = co_await app::pause_until(next);
        if (!waited) co_return;
        line.draw(text(std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - start)));
        next += interval;
    }
}

}  // namespace

net::Task<void> tell_while_waiting(Console& console, net::Task<void> task, WaitingText text) {
    if (!console.error_is_terminal()) {
        co_await std::move(task);
        co_return;
    }
    std::exception_ptr thrown;
    auto work = keep_exception(std::move(task), thrown);
    auto line = draw(console, text);
    co_await app::first_of(std::move(work), std::move(line));
    if (thrown) std::rethrow_exception(thrown);
}

}  // namespace cli
