#include "net/run_each.hpp"

#include <csignal>
#include <stdexcept>

#include <doctest/doctest.h>

#include "net/event.hpp"
#include "net/run.hpp"

namespace {

using MaybeTask = std::optional<net::Task<bool>>;
using namespace std::chrono_literals;

struct Work {
    std::size_t left = 0;  // to be taken
    std::size_t running = 0, most_running = 0, done = 0;
    std::size_t taking = 0, most_taking = 0;
    std::size_t stop_after = ~std::size_t{0};
    bool throws = false;
    bool slow_take = false;
    std::chrono::milliseconds pause{1};
    std::size_t stay_for = 0;  // so many to be running, a minute at most
    std::size_t cancelled = 0;

    net::Task<bool> one() {
        most_running = std::max(most_running, ++running);
        const auto end = net::Deadline::clock::now() + 60s;
        try {
            do {
                co_await net::sleep_until(net::Deadline::clock::now() + pause);
            } while (most_running < stay_for && net::Deadline::clock::now() < end);
        } catch (const std::exception&) {
            ++cancelled;
        }
        --running;
        if (throws) throw std::runtime_error("it broke");
        co_return ++done < stop_after;
    }
    net::Task<MaybeTask> take() {
        most_taking = std::max(most_taking, ++taking);
        if (slow_take) co_await net::sleep_until(net::Deadline::clock::now() + 1ms);
        --taking;
        MaybeTask task;
        if (left > 0) {
            --left;
            task.emplace(one());
        }
        co_return task;
    }
};

base::Result<void> run(Work& work, std::size_t limit) {
    const std::function<net::Task<MaybeTask>()> take = [&work] { return work.take(); };
    return net::run_to_end(net::run_each(limit, take));
}

}  // namespace

TEST_CASE("every task is run, at most so many at a time, and they are taken one by one") {
    for (const bool slow_take : {false, true}) {
        Work work;
        work.left = 100;
        work.slow_take = slow_take;
        CHECK(run(work, 7).has_value());
        CHECK(work.done == 100);
        CHECK(work.most_running <= 7);
        if (!slow_take) CHECK(work.most_running == 7);
        CHECK(work.most_taking == 1);
    }
}

TEST_CASE("very many tasks at a time do not stand on one stack") {
    Work work;
    work.left = 20'000;
    work.pause = 2s;
    work.stay_for = work.left;
    CHECK(run(work, 20'000).has_value());
    CHECK(work.done == 20'000);
    CHECK(work.most_running == 20'000);
}

TEST_CASE("no task at all is fine") {
    Work work;
    CHECK(run(work, 7).has_value());
    CHECK(work.done == 0);
}

TEST_CASE("a task that says stop ends the run, though more could be taken") {
    Work work;
    work.left = 1'000'000;
    work.stop_after = 5;
    CHECK(run(work, 3).has_value());
    CHECK(work.done < 20);
    CHECK(work.running == 0);
}

TEST_CASE("a task that says stop ends a take that would wait for ever") {
    net::Event never;
    bool given = false, waited_in_vain = false;
    const auto one = []() -> net::Task<bool> { co_return false; };
    const std::function<net::Task<MaybeTask>()> take = [&]() -> net::Task<MaybeTask> {
        MaybeTask task;
        if (!std::exchange(given, true)) {
            task.emplace(one());
        } else {
            waited_in_vain = !co_await never.wait();
        }
        co_return task;
    };
    CHECK(net::run_to_end(net::run_each(2, take)).has_value());
    CHECK(given);
}

TEST_CASE("an exception of a task ends the run and is passed on") {
    Work work;
    work.left = 1000;
    work.throws = true;
    CHECK_THROWS_AS(run(work, 3).has_value(), std::runtime_error);
    CHECK(work.running == 0);
    CHECK(work.left >= 1000 - 10);
}

TEST_CASE("Ctrl-C cancels the tasks and the take") {
    Work work;
    work.left = 1'000'000;
    const std::function<net::Task<MaybeTask>()> take = [&work] {
        if (work.left == 999'900) std::raise(SIGINT);
        return work.take();
    };
    const auto ended = net::run_to_end(net::run_each(10, take));
    REQUIRE(ended.has_error());
    CHECK(ended.error().kind == base::ErrorKind::interrupted);
    CHECK(work.running == 0);
    CHECK(work.left > 900'000);
}
