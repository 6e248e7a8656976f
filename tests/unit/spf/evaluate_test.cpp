#include "spf/evaluate.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "net/run.hpp"
#include "spf/lint.hpp"
#include "support/fake_resolver.hpp"

namespace {

spf::Evaluation evaluated(test::FakeResolver& resolver, std::string_view mail_from, std::string_view ip,
                          std::string_view helo = "helo.example") {
    const auto query = spf::make_query(mail_from, helo, base::IpAddress::parse(ip).value());
    return net::run(spf::evaluate(resolver, query)).value();
}

}  // namespace

TEST_CASE("the deciding term is told with its path, and the tree shows the cost") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 include:_spf.other.example include:_spf.mailer.example -all");
    resolver.txt("_spf.other.example", "v=spf1 include:_net.other.example ~all");
    resolver.txt("_net.other.example",
                 "v=spf1 ip4:198.51.100.0/24 ip4:203.0.113.0/24 ip6:2001:db8::/32 ~all");
    resolver.txt("_spf.mailer.example", "v=spf1 ip4:192.0.2.0/24 -all");
    const auto result = evaluated(resolver, "a@example.com", "192.0.2.10");
    CHECK(result.verdict == spf::Verdict::pass);
    CHECK(result.term == "ip4:192.0.2.0/24");
    CHECK(result.path == std::vector<std::string>{"example.com", "_spf.mailer.example"});
    CHECK(result.reason == "ip4:192.0.2.0/24 in _spf.mailer.example matches");
    CHECK(result.lookups == 3);
    CHECK(result.void_lookups == 0);

    const auto tree = spf::condensed(result.trace);
    REQUIRE(tree.children.size() == 3);
    const auto& other = tree.children[0];
    CHECK(other.cost == 1);
    CHECK(other.subtree == 2);
    CHECK(other.outcome == spf::Outcome::no_match);
    REQUIRE(other.children.size() == 1);
    CHECK(other.children[0].cost == 2);
    CHECK(other.children[0].note == "2 ip4, 1 ip6");
    const auto& mailer = tree.children[1];
    CHECK(mailer.cost == 3);
    CHECK(mailer.outcome == spf::Outcome::match);
    REQUIRE(mailer.children.size() == 1);
    CHECK(mailer.children[0].decides);
    CHECK(mailer.children[0].cost == 0);
    CHECK(tree.children[2].text == "-all");
    CHECK(tree.children[2].outcome == spf::Outcome::not_reached);
}

TEST_CASE("the tree shows the whole record that a redirect leads to, of includes only what decides") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 redirect=_spf.example.com");
    resolver.txt("_spf.example.com", "v=spf1 include:_spf.mailer.example -all");
    resolver.txt("_spf.mailer.example", "v=spf1 redirect=_net.mailer.example");
    resolver.txt("_net.mailer.example", "v=spf1 ip4:192.0.2.0/24 ~all");
    const auto shown = [](const spf::Node& root) {
        const auto tree = spf::condensed(root);
        const auto& target = tree.children[0];
        REQUIRE(target.children.size() == 2);
        REQUIRE(target.children[0].children.size() == 1);
        CHECK(target.children[0].children[0].text == "redirect=_net.mailer.example");
        CHECK(target.children[1].text == "-all");
        return std::pair(target.children[0].children[0].children.size(), target.children[1].outcome);
    };
    const auto lint = net::run(spf::lint(resolver, "example.com")).value();
    CHECK(shown(lint.tree) == std::pair(std::size_t{0}, spf::Outcome::none));
    CHECK(shown(evaluated(resolver, "a@example.com", "192.0.2.10").trace) ==
          std::pair(std::size_t{1}, spf::Outcome::not_reached));
    const auto refused = evaluated(resolver, "a@example.com", "198.51.100.1").trace;
    CHECK(shown(refused) == std::pair(std::size_t{0}, spf::Outcome::match));
    const auto tree = spf::condensed(refused);
    CHECK(tree.children[0].children[1].decides);
}

TEST_CASE("every DNS failure is a temperror that names the look-up [SPF-35]") {
    for (const auto status : {dns::Status::servfail, dns::Status::refused, dns::Status::timeout,
                              dns::Status::unreachable, dns::Status::malformed}) {
        test::FakeResolver resolver;
        resolver.txt("example.com", "v=spf1 a:gone.example -all");
        resolver.fail("gone.example", status);
        const auto result = evaluated(resolver, "a@example.com", "192.0.2.10");
        CHECK(result.verdict == spf::Verdict::temperror);
        CHECK(result.failure == status);
        CHECK(result.term == "a:gone.example");
        CHECK(result.reason ==
              fmt::format("the A look-up of gone.example failed: {}", dns::to_string(status)));
    }
}

TEST_CASE("a text that is no domain has no policy [SPF-36]") {
    test::FakeResolver resolver;
    for (const auto* domain : {"", "localhost", "[192.0.2.1]", "192.0.2.1", "a..example", "a b.example", "."})
        CHECK(evaluated(resolver, fmt::format("x@{}", domain), "192.0.2.10").verdict == spf::Verdict::none);
    CHECK(resolver.asked.empty());
}

TEST_CASE("a domain in its own letters is looked up by its A-label") {
    test::FakeResolver resolver;
    resolver.txt("xn--bcher-kva.example", "v=spf1 exists:%{d}.x.example exists:%{o}.y.example -all");
    resolver.a("xn--bcher-kva.example.y.example", "127.0.0.2");
    CHECK(evaluated(resolver,
                    "a@b\xc3\xbc"
                    "cher.example",
                    "192.0.2.10")
              .verdict == spf::Verdict::pass);
}

TEST_CASE("a local part that is not ASCII matches no term with it [SPF-33]") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 exists:%{l}.example.com exists:%{s}.example.com ip4:192.0.2.10 -all");
    resolver.a("j\xc3\xbcrgen.example.com", "127.0.0.2");
    const auto result = evaluated(resolver, "j\xc3\xbcrgen@example.com", "192.0.2.10");
    CHECK(result.term == "ip4:192.0.2.10");
    CHECK(result.trace.children[0].note == "the local part is not ASCII");
}

TEST_CASE("a client on an IPv4-mapped address is an IPv4 client [SPF-36]") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 ip6:::/0 ip4:192.0.2.10 -all");
    CHECK(evaluated(resolver, "a@example.com", "::ffff:192.0.2.10").term == "ip4:192.0.2.10");
}

TEST_CASE("the eleventh DNS term is a permerror, and all, ip4, ip6 and exp cost nothing [SPF-26]") {
    test::FakeResolver resolver;
    resolver.a("example.com", "192.0.2.1");
    resolver.txt("example.com", "v=spf1 a a a a a a a a a a ip4:192.0.2.2 -all");
    CHECK(evaluated(resolver, "a@example.com", "192.0.2.2").verdict == spf::Verdict::pass);
    resolver.a("example.net", "192.0.2.1");
    resolver.txt("example.net", "v=spf1 a a a a a a a a a a a ip4:192.0.2.2 -all");
    const auto result = evaluated(resolver, "a@example.net", "192.0.2.2");
    CHECK(result.verdict == spf::Verdict::permerror);
    CHECK(result.reason == "more than 10 DNS look-ups");
    CHECK(result.lookups == 11);
}

TEST_CASE("a third look-up that finds nothing is a permerror [SPF-28]") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 a:x.example mx:y.example exists:z.example -all");
    const auto result = evaluated(resolver, "a@example.com", "192.0.2.2");
    CHECK(result.verdict == spf::Verdict::permerror);
    CHECK(result.void_lookups == 3);
    CHECK(result.term == "exists:z.example");
}

TEST_CASE("the null reverse-path is checked as postmaster at the HELO name") {
    test::FakeResolver resolver;
    resolver.txt("helo.example", "v=spf1 exists:%{l}.%{o} -all");
    resolver.a("postmaster.helo.example", "127.0.0.2");
    const auto query = spf::make_query("", "helo.example", base::IpAddress::parse("192.0.2.2").value());
    CHECK(query.identity == spf::Identity::helo);
    CHECK(evaluated(resolver, "", "192.0.2.2").verdict == spf::Verdict::pass);
}

TEST_CASE("the explanation of a fail is the domain's own text, in ASCII [SPF-34]") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 -all exp=why.%{d}");
    resolver.txt("why.example.com", "%{c} is not ours (%{r})");
    CHECK(evaluated(resolver, "a@example.com", "192.0.2.2").explanation == "192.0.2.2 is not ours (unknown)");
    resolver.txt("why.example.com", "a second text");
    CHECK(evaluated(resolver, "a@example.com", "192.0.2.2").explanation.empty());
}

TEST_CASE("an include of a name without a record is a permerror at that term [SPF-23]") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 include:gone.example -all");
    const auto result = evaluated(resolver, "a@example.com", "192.0.2.2");
    CHECK(result.verdict == spf::Verdict::permerror);
    CHECK(result.term == "include:gone.example");
    CHECK(result.reason == "the target of include: gone.example has no SPF record (NXDOMAIN)");
}
