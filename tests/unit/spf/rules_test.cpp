// The rules of check_host() (RFC 7208 sections 4 to 7), one after the other.
#include <thread>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "net/run.hpp"
#include "spf/evaluate.hpp"
#include "spf/lint.hpp"
#include "support/fake_resolver.hpp"

namespace {

using spf::Verdict;

spf::Evaluation evaluated(test::FakeResolver& resolver, std::string_view mail_from = "a@example.com",
                          std::string_view ip = "192.0.2.10", spf::Limits limits = {}) {
    auto query = spf::make_query(mail_from, "helo.example", base::IpAddress::parse(ip).value());
    query.limits = limits;
    return net::run(spf::evaluate(resolver, query)).value();
}

Verdict verdict(std::string record, std::string_view ip = "192.0.2.10") {
    test::FakeResolver resolver;
    resolver.txt("example.com", std::move(record));
    return evaluated(resolver, "a@example.com", ip).verdict;
}

// An address takes its time.
class SlowResolver final : public dns::Resolver {
  public:
    net::Task<dns::Answer> query(dns::Question question) override {
        if (question.type == dns::Type::a) std::this_thread::sleep_for(std::chrono::milliseconds(50));
        co_return co_await table.query(std::move(question));
    }
    test::FakeResolver table;
};

spf::Evaluation evaluated_slowly(std::string record, unsigned names) {
    SlowResolver resolver;
    resolver.table.txt("example.com", std::move(record));
    for (unsigned i = 1; i <= names; ++i) {
        resolver.table.ptr("10.2.0.192.in-addr.arpa", fmt::format("h{}.example.com", i));
        resolver.table.fail(fmt::format("h{}.example.com", i), dns::Status::timeout);
    }
    const auto client = base::IpAddress::parse("192.0.2.10").value();
    auto query = spf::make_query("a@example.com", "helo.example", client);
    query.limits.time = std::chrono::milliseconds(300);
    return net::run(spf::evaluate(resolver, query)).value();
}

}  // namespace

TEST_CASE("no record is none, for NXDOMAIN and for a name without one [SPF-01] [SPF-36]") {
    test::FakeResolver resolver;
    CHECK(evaluated(resolver).verdict == Verdict::none);
    resolver.txt("example.com", "hello");
    CHECK(evaluated(resolver).verdict == Verdict::none);
}

TEST_CASE("two records are a permerror, at an include's and a redirect's target too [SPF-02]") {
    for (const auto* record :
         {"v=spf1 +all", "v=spf1 include:two.example +all", "v=spf1 redirect=two.example"}) {
        CAPTURE(record);
        test::FakeResolver resolver;
        resolver.txt("example.com", record);
        if (std::string_view(record) == "v=spf1 +all") resolver.txt("example.com", "V=SPF1 -all");
        resolver.txt("two.example", "v=spf1 +all");
        resolver.txt("two.example", "v=spf1 -all");
        CHECK(evaluated(resolver).verdict == Verdict::permerror);
    }
}

TEST_CASE("the version ends in a blank and has no case [SPF-03]") {
    CHECK(verdict("V=SpF1 +all") == Verdict::pass);
    for (const auto* record :
         {"v=spf10 +all", "v=spf1; +all", "v=spf1, +all", " v=spf1 +all", "v=spf1\t+all"}) {
        CAPTURE(record);
        CHECK(verdict(record) == Verdict::none);
    }
}

TEST_CASE("a syntax error behind a matching term is still a permerror [SPF-06]") {
    CHECK(verdict("v=spf1 ip4:192.0.2.10 -all foo:bar") == Verdict::permerror);
    CHECK(verdict("v=spf1 +all ip4:192.0.2.300") == Verdict::permerror);
}

TEST_CASE("terms behind all and a redirect beside all count for nothing [SPF-13] [SPF-14]") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 redirect=gone.example ?all include:gone.example");
    const auto result = evaluated(resolver);
    CHECK(result.verdict == Verdict::neutral);
    CHECK(result.lookups == 0);
    CHECK(resolver.asked.size() == 1);
}

TEST_CASE("without all and redirect the result is neutral; qualifiers give the others [SPF-15] [SPF-16]") {
    CHECK(verdict("v=spf1 ip4:192.0.2.1") == Verdict::neutral);
    CHECK(verdict("v=spf1 all") == Verdict::pass);
    CHECK(verdict("v=spf1 ?all") == Verdict::neutral);
    CHECK(verdict("v=spf1 ~all") == Verdict::softfail);
    CHECK(verdict("v=spf1 -all") == Verdict::fail);
}

TEST_CASE("an include matches on pass only, and hands errors on [SPF-23]") {
    const auto included = [](std::string_view record) {
        test::FakeResolver resolver;
        resolver.txt("example.com", "v=spf1 include:other.example ~all");
        if (!record.empty()) resolver.txt("other.example", std::string(record));
        return evaluated(resolver).verdict;
    };
    CHECK(included("v=spf1 +all") == Verdict::pass);
    CHECK(included("v=spf1 -all") == Verdict::softfail);
    CHECK(included("v=spf1 ~all") == Verdict::softfail);
    CHECK(included("v=spf1 ?all") == Verdict::softfail);
    CHECK(included("v=spf1 foo:") == Verdict::permerror);
    CHECK(included("") == Verdict::permerror);
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 include:other.example ~all");
    resolver.fail("other.example", dns::Status::servfail);
    CHECK(evaluated(resolver).verdict == Verdict::temperror);
}

TEST_CASE("a redirect's target decides; without a record it is a permerror [SPF-24]") {
    CHECK(verdict("v=spf1 redirect=gone.example") == Verdict::permerror);
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 redirect=other.example");
    resolver.txt("other.example", "v=spf1 -all");
    CHECK(evaluated(resolver).verdict == Verdict::fail);
}

TEST_CASE("a record that includes itself ends in the limit [SPF-25]") {
    CHECK(verdict("v=spf1 include:example.com -all") == Verdict::permerror);
    CHECK(verdict("v=spf1 redirect=example.com") == Verdict::permerror);
}

TEST_CASE("each occurrence of a DNS term counts, in included records too [SPF-26]") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 include:o.example include:o.example include:o.example -all");
    resolver.txt("o.example", "v=spf1 a exists:x.o.example -all");
    resolver.a("o.example", "192.0.2.1");
    resolver.a("x.o.example", "192.0.2.1");
    resolver.txt("o.example", "another text");
    const auto result = evaluated(resolver, "a@example.com", "2001:db8::1");
    CHECK(result.lookups > 2);
    test::FakeResolver ten;
    ten.a("o.example", "192.0.2.1");
    ten.txt("example.com",
            "v=spf1 include:o.example include:o.example include:o.example include:o.example "
            "include:o.example a:o.example -all");
    ten.txt("o.example", "v=spf1 a -all");
    CHECK(evaluated(ten).verdict == Verdict::permerror);
}

TEST_CASE("the limit of void look-ups is a setting [SPF-28]") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 a:x.example mx:y.example exists:z.example ip4:192.0.2.10 -all");
    CHECK(evaluated(resolver).verdict == Verdict::permerror);
    spf::Limits limits;
    limits.void_lookups = 3;
    const auto result = evaluated(resolver, "a@example.com", "192.0.2.10", limits);
    CHECK(result.verdict == Verdict::pass);
    CHECK(result.void_lookups == 3);
}

TEST_CASE("an mx term is void once, when any of its hosts comes to nothing [SPF-28]") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 mx:a.example mx:b.example mx:c.example -all");
    for (const std::string name : {"a.example", "b.example", "c.example"}) {
        for (const std::string host : {"gone1.", "gone2.", "mail."})
            resolver.mx(name, 10, host + name);
        resolver.a("mail." + name, "192.0.2.1");
    }
    CHECK(evaluated(resolver).verdict == Verdict::permerror);
    CHECK(evaluated(resolver).void_lookups == 3);
    const auto lint = net::run(spf::lint(resolver, "example.com")).value();
    CHECK(lint.void_lookups == 3);
    CHECK(lint.void_lookups_ipv6 == 3);
}

TEST_CASE(
    "ten MX hosts are looked up without counting among the ten terms, eleven are a permerror [SPF-29]") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 mx -all");
    for (unsigned i = 1; i <= 10; ++i) {
        resolver.mx("example.com", 10, fmt::format("mx{}.example.com", i));
        resolver.a(fmt::format("mx{}.example.com", i), fmt::format("192.0.2.{}", i));
    }
    CHECK(evaluated(resolver).verdict == Verdict::pass);
    CHECK(evaluated(resolver).lookups == 1);
    resolver.mx("example.com", 10, "mx11.example.com");
    CHECK(evaluated(resolver).verdict == Verdict::permerror);
}

TEST_CASE("ptr looks at the first ten names, its errors never match, and %{p} costs one more [SPF-30]") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 ptr -all");
    for (unsigned i = 1; i <= 11; ++i) {
        const auto host = i == 11 ? std::string("host.example.com") : fmt::format("n{}.other.example", i);
        resolver.ptr("10.2.0.192.in-addr.arpa", host);
        resolver.a(host, "192.0.2.10");
    }
    CHECK(evaluated(resolver).verdict == Verdict::fail);
    test::FakeResolver failing;
    failing.txt("example.com", "v=spf1 ptr ~all");
    failing.fail("10.2.0.192.in-addr.arpa", dns::Status::servfail);
    CHECK(evaluated(failing).verdict == Verdict::softfail);
    test::FakeResolver macro;
    macro.txt("example.com", "v=spf1 exists:%{p}.x.example -all");
    CHECK(evaluated(macro).lookups == 2);
}

TEST_CASE("mx never falls back to the address of the domain [SPF-31]") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 mx -all");
    resolver.a("example.com", "192.0.2.10");
    const auto result = evaluated(resolver);
    CHECK(result.verdict == Verdict::fail);
    CHECK(result.void_lookups == 1);
}

TEST_CASE("without a local part the sender is postmaster [SPF-33]") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 exists:%{l}.x.example -all");
    resolver.a("postmaster.x.example", "127.0.0.2");
    CHECK(evaluated(resolver, "@example.com").verdict == Verdict::pass);
    CHECK(evaluated(resolver, "example.com").verdict == Verdict::pass);
}

TEST_CASE("an included exp is never used, a redirect's is; faults drop the words only [SPF-34]") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 include:other.example -all");
    resolver.txt("other.example", "v=spf1 -all exp=why.other.example");
    resolver.txt("why.other.example", "because");
    resolver.txt("redirected.example", "v=spf1 redirect=other.example exp=why.redirected.example");
    resolver.txt("why.redirected.example", "not this");
    CHECK(evaluated(resolver).explanation.empty());
    CHECK(evaluated(resolver, "a@redirected.example").explanation == "because");
    for (const auto* words : {"b\xc3\xbc", "%{x}", ""}) {
        CAPTURE(words);
        test::FakeResolver bad;
        bad.txt("example.com", "v=spf1 -all exp=why.example.com");
        if (*words != '\0') bad.txt("why.example.com", words);
        const auto result = evaluated(bad);
        CHECK(result.verdict == Verdict::fail);
        CHECK(result.explanation.empty());
    }
}

TEST_CASE("a check whose time is up is a temperror and asks nothing more [SPF-35]") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 +all");
    spf::Limits limits;
    limits.time = std::chrono::milliseconds(0);
    const auto result = evaluated(resolver, "a@example.com", "192.0.2.10", limits);
    CHECK(result.verdict == Verdict::temperror);
    CHECK(resolver.asked.empty());
    CHECK(spf::longest_check == std::chrono::seconds(20));
}

TEST_CASE("time that is up inside a ptr or a macro p is a temperror, not a name passed over [SPF-35]") {
    for (const auto* record : {"v=spf1 ptr -all", "v=spf1 a:%{p} -all", "v=spf1 include:%{p} -all",
                               "v=spf1 ptr:%{p} -all", "v=spf1 redirect=%{p}"}) {
        CAPTURE(record);
        const auto result = evaluated_slowly(record, 10);
        CHECK(result.verdict == Verdict::temperror);
        CHECK(result.reason == "0 s for the whole check are over");
    }
    CHECK(evaluated_slowly("v=spf1 ptr -all", 1).verdict == Verdict::fail);
}

TEST_CASE("exists asks for an A record, for IPv6 clients too [SPF-37]") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 exists:x.example -all");
    resolver.a("x.example", "127.0.0.2");
    CHECK(evaluated(resolver, "a@example.com", "2001:db8::1").verdict == Verdict::pass);
    CHECK(resolver.asked.back() == "x.example A");
}

TEST_CASE("a walk of the tree whose time is up asks nothing more and says so [SPF-35]") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 -all");
    spf::Limits limits;
    limits.time = std::chrono::milliseconds(0);
    const auto lint = net::run(spf::lint(resolver, "example.com", limits)).value();
    CHECK(!lint.complete);
    REQUIRE(lint.findings.size() == 1);
    CHECK(lint.findings[0].id == "spf-lookup-failed");
    CHECK(lint.findings[0].observed.find("the time for the whole record is up") != std::string::npos);
    CHECK(resolver.asked.empty());
}

TEST_CASE("the sender may stand in angle brackets, and the empty ones are the null sender") {
    const auto client = base::IpAddress::parse("192.0.2.1").value();
    CHECK(spf::make_query("<joe@example.com>", "helo.example", client).sender == "joe@example.com");
    CHECK(spf::make_query("<joe@example.com>", "helo.example", client).domain == "example.com");
    CHECK(spf::make_query("<>", "helo.example", client).sender == "postmaster@helo.example");
    CHECK(spf::make_query("<>", "helo.example", client).identity == spf::Identity::helo);
    CHECK(spf::make_query("<", "helo.example", client).sender == "postmaster@<");
}
