#include "net/blocking.hpp"

#include <atomic>
#include <csignal>
#include <stdexcept>
#include <thread>

#include <doctest/doctest.h>
#include <unistd.h>

#include "net/run.hpp"

namespace {

using namespace std::chrono_literals;

const std::function<void()> nothing = [] {};

}  // namespace

TEST_CASE("the loop goes on while another thread blocks") {
    std::atomic<bool> heard = false;
    const std::function<net::Task<void>(std::size_t)> make = [&](std::size_t i) -> net::Task<void> {
        const std::function<void()> wait = [&] {
            while (!heard)
                std::this_thread::sleep_for(1ms);
        };
        if (i == 0)
            co_await net::run_blocking(wait, nothing);
        else
            heard = true;
    };
    CHECK(net::run_to_end(net::for_each(2, 2, make)).has_value());
    CHECK(heard);
}

TEST_CASE("an exception of the thread comes back") {
    const std::function<void()> fail = [] { throw std::runtime_error("no"); };
    CHECK_THROWS_AS((void)net::run_to_end(net::run_blocking(fail, nothing)), std::runtime_error);
}

TEST_CASE("a cancelled task stops its thread and waits for it") {
    std::atomic<bool> stopped = false;
    std::atomic<bool> ended = false;
    const std::function<void()> work = [&] {
        ::kill(::getpid(), SIGINT);
        while (!stopped)
            std::this_thread::sleep_for(1ms);
        ended = true;
    };
    const std::function<void()> stop = [&] { stopped = true; };
    const auto result = net::run_to_end(net::run_blocking(work, stop));
    REQUIRE(result.has_error());
    CHECK(result.error().kind == base::ErrorKind::interrupted);
    CHECK(ended);
}
