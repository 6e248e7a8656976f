#include "dns/reverse_name.hpp"

#include <doctest/doctest.h>

TEST_CASE("reverse names are those of in-addr.arpa and ip6.arpa") {
    CHECK(dns::reverse_name(base::IpAddress::parse("192.0.2.3").value()).to_string() ==
          "3.2.0.192.in-addr.arpa");
    CHECK(dns::reverse_name(base::IpAddress::parse("2001:db8::cb01").value()).to_string() ==
          "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
}
