#include "net/queue.hpp"

#include <semaphore>
#include <set>
#include <thread>

#include <doctest/doctest.h>

#include "net/run.hpp"
#include "net/run_each.hpp"

namespace {

net::Task<void> drain(net::Queue<int>& queue, std::multiset<int>& taken) {
    for (;;) {
        const auto element = co_await queue.pop();
        if (!element) co_return;
        taken.insert(*element);
    }
}

}  // namespace

TEST_CASE("what one thread puts into a queue two threads take out, each element once") {
    constexpr int count = 1000;
    std::multiset<int> first, second;
    std::optional<net::Queue<int>> queue;
    std::binary_semaphore may_end(0);
    std::thread thread;
    const auto fill = [&]() -> net::Task<void> {
        queue.emplace(co_await net::PointerQueue::create(8));
        thread = std::thread([&] {
            CHECK(net::run_to_end(drain(*queue, second)).has_value());
            may_end.acquire();
        });
        const std::function<net::Task<void>(std::size_t)> make = [&](std::size_t which) -> net::Task<void> {
            if (which == 1) co_return co_await drain(*queue, first);
            for (int i = 0; i < count; ++i) {
                const bool pushed = co_await queue->push(i);
                CHECK(pushed);
            }
            co_await queue->end(2);
        };
        co_await net::for_each(2, 2, make);
    };
    CHECK(net::run_to_end(fill()).has_value());
    may_end.release();
    thread.join();
    first.insert(second.begin(), second.end());
    REQUIRE(first.size() == count);
    CHECK(std::set<int>(first.begin(), first.end()).size() == count);
}

TEST_CASE("the end of a queue stands behind its elements; one that is closed gives and takes nothing") {
    const auto check = []() -> net::Task<void> {
        net::Queue<int> queue(co_await net::PointerQueue::create(8));
        CHECK(co_await queue.push(1));
        co_await queue.end(1);
        CHECK(co_await queue.pop() == 1);
        CHECK(co_await queue.pop() == std::nullopt);
        CHECK(co_await queue.push(2));
        queue.close();
        CHECK(co_await queue.pop() == std::nullopt);
        CHECK_FALSE(co_await queue.push(3));
    };
    CHECK(net::run_to_end(check()).has_value());
}

TEST_CASE("waiting for a queue ends with a cancellation") {
    const auto check = []() -> net::Task<void> {
        net::Queue<int> queue(co_await net::PointerQueue::create(1));
        unsigned begun = 0;
        bool waited = false;
        const auto wait = [&]() -> net::Task<bool> {
            waited = !(co_await queue.pop()).has_value();
            co_return true;
        };
        const auto stop = []() -> net::Task<bool> { co_return false; };
        const std::function<net::Task<std::optional<net::Task<bool>>>()> take =
            [&]() -> net::Task<std::optional<net::Task<bool>>> {
            std::optional<net::Task<bool>> task;
            if (begun < 2) task.emplace(begun == 0 ? wait() : stop());
            ++begun;
            co_return task;
        };
        co_await net::run_each(2, take);
        CHECK(waited);
    };
    CHECK(net::run_to_end(check()).has_value());
}

TEST_CASE("who was cancelled waits for no queue any more") {
    const auto check = []() -> net::Task<void> {
        net::Queue<int> queue(co_await net::PointerQueue::create(1));
        CHECK(co_await queue.push(1));
        unsigned begun = 0;
        bool ended = false;
        const auto fill = [&]() -> net::Task<bool> {
            CHECK_FALSE(co_await queue.push(2));
            co_await queue.end(2);
            ended = true;
            co_return true;
        };
        const auto stop = []() -> net::Task<bool> { co_return false; };
        const std::function<net::Task<std::optional<net::Task<bool>>>()> take =
            [&]() -> net::Task<std::optional<net::Task<bool>>> {
            std::optional<net::Task<bool>> task;
            if (begun < 2) task.emplace(begun == 0 ? fill() : stop());
            ++begun;
            co_return task;
        };
        co_await net::run_each(2, take);
        CHECK(ended);
    };
    CHECK(net::run_to_end(check()).has_value());
}
