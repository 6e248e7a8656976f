#include "net/own_address.hpp"

#include <doctest/doctest.h>

TEST_CASE("towards a loopback address we speak from a loopback address") {
    const auto remote = base::IpAddress::parse("127.1.2.3").value();
    const auto own = net::own_address_towards(remote);
    REQUIRE(own.has_value());
    CHECK(own->is_loopback());
    CHECK(own->is_v4());
}
