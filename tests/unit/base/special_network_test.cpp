#include "base/special_network.hpp"

#include <doctest/doctest.h>

namespace {

base::IpAddress ip(std::string_view text) {
    return base::IpAddress::parse(text).value();
}
std::string_view use(std::string_view text) {
    return base::special_use(ip(text));
}
std::string_view use(std::string_view text, unsigned length) {
    return base::special_use(base::IpPrefix{ip(text), length});
}

}  // namespace

TEST_CASE("an address of a special-purpose network is known by its use") {
    CHECK(use("10.1.2.3") == "private use");
    CHECK(use("172.31.255.255") == "private use");
    CHECK(use("192.168.0.1") == "private use");
    CHECK(use("100.127.0.1") == "carrier-grade NAT");
    CHECK(use("127.0.0.2") == "loopback");
    CHECK(use("169.254.1.1") == "link-local use");
    CHECK(use("192.0.0.8") == "protocol assignments");
    CHECK(use("203.0.113.9") == "documentation");
    CHECK(use("0.0.0.0") == "\"this network\"");
    CHECK(use("255.255.255.255") == "future use");
    CHECK(use("::") == "\"this host\"");
    CHECK(use("::1") == "loopback");
    CHECK(use("::ffff:8.8.8.8") == "IPv4-mapped addresses");
    CHECK(use("fd00::1") == "private use");
    CHECK(use("fe80::1") == "link-local use");
    CHECK(use("fec0::1") == "private use");
    CHECK(use("2001:db8::1") == "documentation");
    CHECK(use("3fff:fff::1") == "documentation");
}

TEST_CASE("an address just outside a special-purpose network is public") {
    for (const auto* text :
         {"9.255.255.255", "11.0.0.0", "172.32.0.0", "192.167.255.255", "100.128.0.0", "128.0.0.0",
          "192.0.1.0", "223.255.255.255", "::2", "2001:db9::", "4000::1", "2a00:1450::1", "fbff::1"}) {
        CAPTURE(text);
        CHECK(use(text).empty());
    }
}

TEST_CASE("a prefix counts as special when all of it is") {
    CHECK(use("10.0.0.0", 8) == "private use");
    CHECK(use("10.20.0.0", 16) == "private use");
    CHECK(use("10.0.0.0", 7).empty());
    CHECK(use("0.0.0.0", 0).empty());
    CHECK(use("::", 0).empty());
}
