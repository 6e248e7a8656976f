#include "spf/sources.hpp"

#include <doctest/doctest.h>

#include "net/run.hpp"
#include "support/fake_resolver.hpp"

namespace {

std::string networks_of(test::FakeResolver& resolver, const std::string& domain) {
    const auto sources = net::run(spf::find_sources(resolver, domain));
    if (sources.has_error()) return sources.error().message;
    std::string text;
    for (const auto& network : sources->networks)
        text += network.to_string() + " ";
    return text;
}

}  // namespace

TEST_CASE("includes, redirects, a and mx are followed, each name once") {
    test::FakeResolver resolver;
    resolver.txt("a.example",
                 "v=spf1 ip4:192.0.2.9/24 include:b.example a:h.example/30//64 redirect=c.example");
    resolver.txt("b.example", "v=spf1 mx include:c.example -all");
    resolver.mx("b.example", 10, "h.example");
    resolver.mx("b.example", 20, ".");
    resolver.txt("c.example", "v=spf1 ip6:2001:db8::1 include:d.%{d} ~all");
    resolver.txt("d.c.example", "v=spf1 a:h.example -all");
    resolver.a("h.example", "198.51.100.5");
    resolver.a("h.example", "2001:db8:1::5");
    CHECK(networks_of(resolver, "a.example") ==
          "192.0.2.0/24 198.51.100.4/30 198.51.100.5/32 2001:db8::1/128 2001:db8:1::/64 2001:db8:1::5/128 ");
}

TEST_CASE("terms that name no networks are told") {
    test::FakeResolver resolver;
    resolver.txt("a.example",
                 "v=spf1 exists:%{i}.x.example ptr include:%{l}.x.example -ip4:192.0.2.1 ip4:192.0.2.0/24 "
                 "ip4:0.0.0.0/0 ip6:::/0 a:none.example mx:none.example a:h.example a:h.example/32 +all");
    resolver.a("h.example", "198.51.100.5");
    const auto sources = net::run(spf::find_sources(resolver, "a.example")).value();
    CHECK(sources.networks.size() == 2);
    CHECK(sources.left_out.size() == 9);
    CHECK(sources.left_out.at(4) == "ip4:0.0.0.0/0 of a.example: it lets every address send");
    CHECK(sources.left_out.at(6) == "a:none.example of a.example: it has no address");
}

TEST_CASE("what cannot be found out whole is an error") {
    test::FakeResolver resolver;
    resolver.txt("two.example", "v=spf1 -all");
    resolver.txt("two.example", "v=spf1 +all");
    resolver.txt("bad.example", "v=spf1 ip4:192.0.2.300 -all");
    resolver.txt("down.example", "v=spf1 ip4:192.0.2.1 a:dead.example -all");
    resolver.fail("dead.example", dns::Status::timeout);
    resolver.txt("endless.example", "v=spf1 a:1.example -all");
    CHECK(networks_of(resolver, "none.example") == "none.example does not exist");
    CHECK(networks_of(resolver, "two.example") == "two.example has several SPF records");
    CHECK(networks_of(resolver, "bad.example").starts_with("the SPF record of bad.example: "));
    CHECK(networks_of(resolver, "down.example").starts_with("dead.example A: "));
    CHECK(net::run(spf::find_sources(resolver, "down.example")).error().kind == base::ErrorKind::unavailable);
    for (int i = 0; i < 400; ++i)
        resolver.txt("n" + std::to_string(i) + ".example",
                     "v=spf1 include:n" + std::to_string(i + 1) + ".example -all");
    CHECK(networks_of(resolver, "n0.example") == "more than 300 questions");
}

TEST_CASE("records that include each other without end are an error, the same one twice is none") {
    test::FakeResolver resolver;
    resolver.txt("self.example", "v=spf1 ip4:192.0.2.1 include:SELF.example -all");
    resolver.txt("long.example", "v=spf1 include:b.example include:c.example -all");
    resolver.txt("b.example", "v=spf1 include:c.example -all");
    resolver.txt("c.example", "v=spf1 ip4:192.0.2.1 redirect=b.example");
    resolver.txt("twice.example", "v=spf1 include:one.example include:two.example -all");
    resolver.txt("one.example", "v=spf1 include:leaf.example -all");
    resolver.txt("two.example", "v=spf1 include:leaf.example include:one.example -all");
    resolver.txt("leaf.example", "v=spf1 ip4:192.0.2.1 -all");
    CHECK(networks_of(resolver, "self.example") == "an include below self.example leads back to itself");
    CHECK(networks_of(resolver, "long.example") == "an include below long.example leads back to itself");
    CHECK(networks_of(resolver, "twice.example") == "192.0.2.1/32 ");
}
