#include "net/run.hpp"

#include <array>
#include <csignal>
#include <stdexcept>

#include <doctest/doctest.h>

#include "net/dialer.hpp"
#include "net/event.hpp"
#include "peer.hpp"

namespace {

using namespace std::chrono_literals;

net::Task<int> number(int value) {
    co_return value;
}

net::Task<void> explode() {
    co_await net::sleep_until(test::after(1ms));
    throw std::runtime_error("boom");
}

}  // namespace

TEST_CASE("run gives the task's value") {
    CHECK(net::run(number(7)).value() == 7);
    CHECK(net::run(number(8)).value() == 8);
}

TEST_CASE("an exception out of the task is passed on") {
    CHECK_THROWS_WITH_AS(net::run_to_end(explode()).has_value(), "boom", std::runtime_error);
    CHECK(net::run(number(1)).value() == 1);
}

TEST_CASE("for_each makes every task, never more than the limit at once") {
    std::vector<int> done(50, 0);
    std::size_t running = 0;
    std::size_t most = 0;
    const auto make = [&](std::size_t index) -> net::Task<void> {
        most = std::max(most, ++running);
        co_await net::sleep_until(test::after(1ms));
        --running;
        ++done[index];
    };
    CHECK(net::run_to_end(net::for_each(done.size(), 8, make)).has_value());
    CHECK(done == std::vector<int>(50, 1));
    CHECK(most == 8);
    CHECK(net::run_to_end(net::for_each(0, 8, make)).has_value());
}

TEST_CASE("for_each with tasks that never wait does not grow the stack") {
    std::size_t sum = 0;
    const auto make = [&sum](std::size_t) -> net::Task<void> {
        ++sum;
        co_return;
    };
    CHECK(net::run_to_end(net::for_each(200'000, 3, make)).has_value());
    CHECK(sum == 200'000);
}

TEST_CASE("for_each waits for the others before it passes an exception on") {
    std::size_t ended = 0;
    const auto make = [&ended](std::size_t index) -> net::Task<void> {
        if (index == 0) throw std::runtime_error("boom");
        co_await net::sleep_until(test::after(20ms));
        ++ended;
    };
    CHECK_THROWS_AS(net::run_to_end(net::for_each(10, 3, make)).has_value(), std::runtime_error);
    CHECK(ended == 2);
}

TEST_CASE("Ctrl-C ends a sleeping task as interrupted") {
    const auto task = []() -> net::Task<void> {
        std::raise(SIGINT);
        co_await net::sleep_until(test::after(20s));
    };
    const auto start = net::Deadline::clock::now();
    const auto result = net::run_to_end(task());
    REQUIRE(result.has_error());
    CHECK(result.error().kind == base::ErrorKind::interrupted);
    CHECK(net::Deadline::clock::now() - start < 5s);
}

TEST_CASE("Ctrl-C makes a waiting read an Error, so that the task can tell what it knows") {
    test::Peer peer([](int client) { test::Peer::hear(client); });
    std::vector<base::ErrorKind> seen;
    const auto talk = [&](std::size_t) -> net::Task<void> {
        net::TcpDialer dialer;
        const auto stream = co_await dialer.connect(peer.endpoint(), test::after(20s));
        std::array<char, 8> buffer;
        const std::span<char> room(buffer);
        std::raise(SIGTERM);
        for (int i = 0; i < 2; ++i) {
            const auto read = co_await (*stream)->read_some(room);
            if (read.has_error()) seen.push_back(read.error().kind);
        }
    };
    SUBCASE("in the root task") {
        CHECK(net::run_to_end(talk(0)).error().kind == base::ErrorKind::interrupted);
        CHECK(seen == std::vector<base::ErrorKind>(2, base::ErrorKind::interrupted));
    }
    SUBCASE("inside for_each, which starts no more") {
        CHECK(net::run_to_end(net::for_each(5, 1, talk)).error().kind == base::ErrorKind::interrupted);
        CHECK(seen == std::vector<base::ErrorKind>(2, base::ErrorKind::interrupted));
    }
}

TEST_CASE("Ctrl-C inside for_each reaches the tasks that wait beside the one that works") {
    std::vector<bool> woken;
    std::vector<net::Event> events(3);
    const auto make = [&](std::size_t index) -> net::Task<void> {
        if (index == 2) std::raise(SIGINT);
        woken.push_back(co_await events[index].wait());
    };
    CHECK(net::run_to_end(net::for_each(5, 3, make)).error().kind == base::ErrorKind::interrupted);
    CHECK(woken == std::vector<bool>(3, false));
}

TEST_CASE("an event wakes the one who waits, also when it was set before") {
    net::Event early;
    early.set();
    net::Event late;
    std::vector<bool> woken;
    const auto make = [&](std::size_t index) -> net::Task<void> {
        if (index == 0) {
            woken.push_back(co_await early.wait());
            woken.push_back(co_await late.wait());
        } else {
            co_await net::sleep_until(test::after(5ms));
            CHECK(woken.size() == 1);
            late.set();
            late.set();
            CHECK(woken.size() == 1);  // never inside set()
        }
    };
    CHECK(net::run_to_end(net::for_each(2, 2, make)).has_value());
    CHECK(woken == std::vector<bool>(2, true));
}

TEST_CASE("Ctrl-C ends the wait for an event") {
    net::Event event;
    const auto task = [&]() -> net::Task<bool> {
        std::raise(SIGINT);
        const bool first = co_await event.wait();
        const bool second = co_await event.wait();
        event.set();
        CHECK_FALSE(first);
        CHECK_FALSE(second);
        co_return true;
    };
    CHECK(net::run(task()).error().kind == base::ErrorKind::interrupted);
}
