#include "base/network_set.hpp"

#include <doctest/doctest.h>

namespace {

std::string merge(std::initializer_list<const char*> texts) {
    std::set<base::IpPrefix> networks;
    for (const auto* text : texts)
        networks.insert(base::IpPrefix::parse(text).value());
    std::string result;
    for (const auto& network : base::merged(networks))
        result += network.to_string() + " ";
    return result;
}

}  // namespace

TEST_CASE("covered networks go and halves become one") {
    CHECK(merge({}).empty());
    CHECK(merge({"192.0.2.0/24", "192.0.2.7"}) == "192.0.2.0/24 ");
    CHECK(merge({"192.0.2.0/25", "192.0.2.128/25"}) == "192.0.2.0/24 ");
    CHECK(merge({"192.0.2.0/26", "192.0.2.64/26", "192.0.2.128/25"}) == "192.0.2.0/24 ");
    CHECK(merge({"192.0.2.1", "192.0.2.2"}) ==
          "192.0.2.1/32 192.0.2.2/32 ");  // side by side, no halves of one
    CHECK(merge({"0.0.0.0/1", "128.0.0.0/1", "::/1", "8000::/1"}) == "0.0.0.0/0 ::/0 ");
    CHECK(merge({"2001:db8::/33", "2001:db8:8000::/33", "192.0.2.1"}) == "192.0.2.1/32 2001:db8::/32 ");
}

TEST_CASE("a network is an address and a length, with nothing behind it") {
    CHECK(base::IpPrefix::parse("192.0.2.1").value().to_string() == "192.0.2.1/32");
    CHECK(base::IpPrefix::parse("2001:db8::/32").value().length == 32);
    CHECK(base::IpPrefix::parse("0.0.0.0/0").value().length == 0);
    for (const auto* bad : {"", "/", "192.0.2.0/", "192.0.2.0/33", "192.0.2.0/024", "192.0.2.0/-1",
                            "2001:db8::/129", "192.0.2.0/24/24", "example.com", "192.0.2/24"})
        CHECK(base::IpPrefix::parse(bad).has_error());
    CHECK(base::IpPrefix::parse("192.0.2.1/24").error().hint == "192.0.2.0/24 is meant?");
}
