#include "dns/cache.hpp"

#include <doctest/doctest.h>

namespace {

using namespace std::chrono_literals;

constexpr net::Deadline start{};

dns::Answer text_answer(std::size_t size) {
    dns::Record record;
    record.type = dns::Type::txt;
    record.data = dns::Txt{{std::string(size, 'x')}};
    dns::Answer answer;
    answer.status = dns::Status::found;
    answer.records.push_back(record);
    return answer;
}

dns::CacheKey key(std::string_view name) {
    return dns::CacheKey({dns::Name::parse(name).value(), dns::Type::txt});
}

}  // namespace

TEST_CASE("the cache holds no more octets than it may, and lets go what was used longest ago [BULK-01]") {
    dns::Cache cache(1'000'000, 100'000);
    for (int i = 0; i < 1000; ++i) {
        cache.insert(key(std::to_string(i)), text_answer(1000), 60s, start);
        CHECK(cache.find(key("0"), start) != nullptr);
        CHECK(cache.octets() <= 100'000);
    }
    CHECK(cache.size() > 50);
    CHECK(cache.size() < 100);
    CHECK(cache.find(key("999"), start) != nullptr);
    CHECK(cache.find(key("1"), start) == nullptr);
}

TEST_CASE("an answer larger than the whole cache is not kept, and drives out no other") {
    dns::Cache cache(100, 10'000);
    cache.insert(key("small"), text_answer(10), 60s, start);
    cache.insert(key("large"), text_answer(20'000), 60s, start);
    CHECK(cache.find(key("large"), start) == nullptr);
    CHECK(cache.find(key("small"), start) != nullptr);
}

TEST_CASE("octets are given back when an answer is replaced, or its time is over") {
    dns::Cache cache(100, 10'000);
    cache.insert(key("a"), text_answer(1000), 60s, start);
    const auto once = cache.octets();
    cache.insert(key("a"), text_answer(1000), 60s, start);
    CHECK(cache.octets() == once);
    CHECK(cache.find(key("a"), start + 61s) == nullptr);
    CHECK(cache.octets() == 0);
    CHECK(cache.size() == 0);
}
