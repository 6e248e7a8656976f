#include "spf/extend.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "net/run.hpp"
#include "support/fake_resolver.hpp"

namespace {

const std::vector<base::IpAddress> addresses = {base::IpAddress::parse("192.0.2.10").value(),
                                                base::IpAddress::parse("2001:db8::1").value()};

std::optional<spf::Extension> extend(test::FakeResolver& resolver) {
    const auto lint = net::run(spf::lint(resolver, "example.com")).value();
    return spf::allow_addresses(lint, addresses);
}

}  // namespace

TEST_CASE("[PRED-09] addresses go to the front of the record that is there; the rest stays as written") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 include:_spf.example.net  mx -all");
    resolver.txt("_spf.example.net", "v=spf1 ip4:198.51.100.0/24 -all");
    const auto extension = extend(resolver);
    REQUIRE(extension.has_value());
    CHECK(extension->record == "v=spf1 ip4:192.0.2.10 ip6:2001:db8::1 include:_spf.example.net mx -all");
    CHECK(extension->lookups == 2);
    CHECK(extension->flattened.empty());
}

TEST_CASE("[PRED-09] a domain without a record gets one that refuses nobody outright") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "site-verification=1");
    const auto extension = extend(resolver);
    REQUIRE(extension.has_value());
    CHECK(extension->record == "v=spf1 ip4:192.0.2.10 ip6:2001:db8::1 ~all");
}

TEST_CASE("[PRED-10] past ten look-ups includes of nothing but networks are written out, the dearest first") {
    test::FakeResolver resolver;
    std::string record = "v=spf1 include:deep.example.net a:host.example.net";
    for (int i = 0; i < 9; ++i) {
        record += fmt::format(" include:i{}.example.net", i);
        resolver.txt(fmt::format("i{}.example.net", i), "v=spf1 ip4:198.51.100.1 -all");
    }
    resolver.txt("example.com", record + " -all");
    resolver.a("host.example.net", "203.0.113.1");
    resolver.txt("deep.example.net", "v=spf1 include:a.deep.example.net ip4:198.51.100.7 ~all");
    resolver.txt("a.deep.example.net", "v=spf1 ip4:198.51.100.8 +ip6:2001:db8:1::/48 ?all");
    const auto extension = extend(resolver);
    REQUIRE(extension.has_value());
    CHECK(extension->flattened == std::vector<std::string>{"include:deep.example.net"});
    CHECK(extension->lookups == 10);
    CHECK(extension->record.starts_with(
        "v=spf1 ip4:192.0.2.10 ip6:2001:db8::1 ip4:198.51.100.8 ip6:2001:db8:1::/48 "
        "ip4:198.51.100.7 a:host.example.net include:i0.example.net "));
}

TEST_CASE("[PRED-10] an include that does not pass networks alone is never written out") {
    for (const auto* target :
         {"v=spf1 -ip4:198.51.100.1 ip4:198.51.100.0/24 -all", "v=spf1 a:x.example.net -all", "v=spf1 +all",
          "v=spf1 exists:%{i}.example.net -all"}) {
        CAPTURE(target);
        test::FakeResolver resolver;
        std::string record = "v=spf1";
        for (int i = 0; i < 11; ++i) {
            record += fmt::format(" include:i{}.example.net", i);
            resolver.txt(fmt::format("i{}.example.net", i), target);
        }
        resolver.a("x.example.net", "203.0.113.1");
        resolver.txt("example.com", record + " -all");
        CHECK_FALSE(extend(resolver).has_value());
    }
}

TEST_CASE("[PRED-09] a record that is faulty, doubled or could not be read is not made longer") {
    test::FakeResolver faulty, doubled, lost;
    faulty.txt("example.com", "v=spf1 ipv4:192.0.2.1 -all");
    doubled.txt("example.com", "v=spf1 -all");
    doubled.txt("example.com", "v=spf1 ~all");
    lost.fail("example.com", dns::Status::servfail);
    CHECK_FALSE(extend(faulty).has_value());
    CHECK_FALSE(extend(doubled).has_value());
    CHECK_FALSE(extend(lost).has_value());
}
