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
    resolver.txt("b.example", "v=spf1 mx include:a.example -all");
    resolver.mx("b.example", 10, "h.example");
    resolver.mx("b.example", 20, ".");
    resolver.txt("c.example", "v=spf1 ip6:2001:db8::1 include:%{d} ~all");
    resolver.a("h.example", "198.51.100.5");
    resolver.a("h.example", "2001:db8:1::5");
    CHECK(networks_of(resolver, "a.example") ==
          "192.0.2.0/24 198.51.100.4/30 198.51.100.5/32 2001:db8::1/128 2001:db8:1::/64 2001:db8:1::5/128 ");
}

TEST_CASE("terms that name no networks are told") {
    test::FakeResolver resolver;
    resolver.txt(
        "a.example",
        "v=spf1 exists:%{i}.x.example ptr include:%{l}.x.example -ip4:192.0.2.1 ip4:192.0.2.0/24 +all");
    const auto sources = net::run(spf::find_sources(resolver, "a.example")).value();
    CHECK(sources.networks.size() == 1);
    CHECK(sources.left_out.size() == 5);
    CHECK(resolver.asked == std::vector<std::string>{"a.example TXT"});
}

TEST_CASE("what cannot be found out whole is an error") {
    test::FakeResolver resolver;
    resolver.txt("two.example", "v=spf1 -all");
    resolver.txt("two.example", "v=spf1 +all");
    resolver.txt("bad.example", "v=spf1 ip4:192.0.2.300 -all");
    resolver.txt("down.example", "v=spf1 ip4:192.0.2.1 a:dead.example -all");
    resolver.fail("dead.example", dns::Status::timeout);
    resolver.txt("endless.example", "v=spf1 a:1.example -all");
    CHECK(networks_of(resolver, "none.example") == "none.example has no SPF record");
    CHECK(networks_of(resolver, "two.example") == "two.example has several SPF records");
    CHECK(networks_of(resolver, "bad.example").starts_with("the SPF record of bad.example: "));
    CHECK(networks_of(resolver, "down.example").starts_with("dead.example A: "));
    CHECK(net::run(spf::find_sources(resolver, "down.example")).error().kind == base::ErrorKind::unavailable);
    for (int i = 0; i < 400; ++i)
        resolver.txt("n" + std::to_string(i) + ".example",
                     "v=spf1 include:n" + std::to_string(i + 1) + ".example -all");
    CHECK(networks_of(resolver, "n0.example") == "more than 300 questions");
}
