#include "dns/rate_limit.hpp"

#include <doctest/doctest.h>

#include "net/run.hpp"

namespace {

using Clock = net::Deadline::clock;

net::Task<void> take_many(dns::RateLimit& limit, std::size_t count, std::size_t at_once) {
    const std::function<net::Task<void>(std::size_t)> take = [&](std::size_t) -> net::Task<void> {
        const auto waited = co_await limit.wait();
        CHECK(waited.has_value());
    };
    co_await net::for_each(count, at_once, take);
}

}  // namespace

TEST_CASE("tokens come at their rate, however many wait for them [BULK-01]") {
    for (const std::size_t at_once : {1U, 100U}) {
        dns::RateLimit limit(1000);
        const auto start = Clock::now();
        CHECK(net::run_to_end(take_many(limit, 250, at_once)).has_value());
        const std::chrono::duration<double> took = Clock::now() - start;
        CHECK(took.count() >= 0.19);  // 50 lie ready
    }
}

TEST_CASE("a slow rate gives one token at a time") {
    dns::RateLimit limit(10);
    const auto start = Clock::now();
    CHECK(net::run_to_end(take_many(limit, 3, 3)).has_value());
    const std::chrono::duration<double> took = Clock::now() - start;
    CHECK(took.count() >= 0.19);
}
