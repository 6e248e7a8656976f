#include "spf/record.hpp"

#include <random>

#include <doctest/doctest.h>

namespace {

struct Bad {
    std::string text;
    std::size_t offset;
    std::string_view id;
    std::string hint;
};

void check_bad(const Bad& bad) {
    CAPTURE(bad.text);
    const auto parsed = spf::parse_record_or_fault(bad.text);
    REQUIRE(parsed.has_error());
    CHECK(parsed.error().id == bad.id);
    CHECK(parsed.error().offset == bad.offset);
    CHECK(parsed.error().hint == bad.hint);
}

}  // namespace

TEST_CASE("a record with every term is parsed into its parts") {
    const auto record =
        spf::parse_record(
            "v=spf1 +a/24//64 MX:mail.example.com ?ptr ~ip4:192.0.2.0/24 ip6:2001:db8::/32 "
            "exists:%{ir}.x.example -include:_spf.example.net redirect=r.example rp=postmaster  -all ")
            .value();
    REQUIRE(record.terms.size() == 10);
    CHECK(std::get<spf::Directive>(record.terms[0]) ==
          spf::Directive{spf::Qualifier::pass, spf::A{{}, {24, 64}}});
    CHECK(std::get<spf::Directive>(record.terms[2]) == spf::Directive{spf::Qualifier::neutral, spf::Ptr{}});
    CHECK(std::get<spf::Directive>(record.terms[9]) == spf::Directive{spf::Qualifier::fail, spf::All{}});
    CHECK(record.has_all());
    CHECK(record.redirect() != nullptr);
    CHECK(
        spf::to_string(record) ==
        "v=spf1 a/24//64 mx:mail.example.com ?ptr ~ip4:192.0.2.0/24 ip6:2001:db8::/32 exists:%{ir}.x.example "
        "-include:_spf.example.net redirect=r.example rp=postmaster -all");
}

TEST_CASE("a printed record parses to the same record") {
    const std::vector<std::string> terms = {"all",
                                            "-all",
                                            "~include:%{d2}.example.com",
                                            "a",
                                            "a:foo:bar/baz.example.com/8",
                                            "mx//0",
                                            "mx:example.com/0//0",
                                            "ptr:example.com.",
                                            "ip4:1.2.3.4/0",
                                            "ip4:1.2.3.4",
                                            "ip6:::1.1.1.1/127",
                                            "?exists:%{L1r+-}.%%%_%-.%{i}._spf.%{d}",
                                            "moo.cow-far_out=man:dog/cat",
                                            "x="};
    std::mt19937 random(7);
    for (int round = 0; round < 500; ++round) {
        std::string text = "V=SPF1";
        for (auto i = random() % 6; i > 0; --i)
            text += std::string(1 + random() % 2, ' ') + terms[random() % terms.size()];
        const auto record = spf::parse_record(text).value();
        CAPTURE(text);
        CHECK(spf::parse_record(spf::to_string(record)).value() == record);
    }
}

TEST_CASE("any bytes give a record or an error, and a record prints to itself") {
    const std::string alphabet = "v=spf1 aimxp46:/.%{}+-~?all,;\"\t\x80\xe2\x80\x93 includeredirect=exp012 ";
    std::mt19937 random(11);
    for (int round = 0; round < 20000; ++round) {
        std::string text = random() % 4 == 0 ? "" : "v=spf1 ";
        for (auto i = random() % 24; i > 0; --i)
            text +=
                random() % 20 == 0 ? static_cast<char>(random() % 256) : alphabet[random() % alphabet.size()];
        const auto record = spf::parse_record(text);
        if (record) {
            CHECK(spf::parse_record(spf::to_string(*record)).value() == *record);
        } else {
            CHECK(record.error().offset.value_or(0) <= text.size());
        }
    }
}

TEST_CASE("the offset of an error is in the bad term") {
    const auto error = spf::parse_record("v=spf1 mx ipv4:192.0.2.1 -all").error();
    CHECK(error.kind == base::ErrorKind::usage);
    CHECK(error.offset == 10U);
    CHECK(error.hint == "write ip4:192.0.2.1");
}

TEST_CASE("an unknown mechanism is answered with the one that was meant [SPF-07]") {
    const auto hint = [](std::string term) {
        const auto parsed = spf::parse_term(term);
        return parsed.has_error() ? parsed.error().hint : std::string("good");
    };
    CHECK(hint("ipv4:192.0.2.1") == "write ip4:192.0.2.1");
    CHECK(hint("ip:192.0.2.0/24") == "write ip4:192.0.2.0/24");
    CHECK(hint("ip:2001:db8::1") == "write ip6:2001:db8::1");
    CHECK(hint("ipv6:2001:db8::1") == "write ip6:2001:db8::1");
    CHECK(hint("inlcude:example.com") == "write include:example.com");
    CHECK(hint("-inclued:example.com") == "write -include:example.com");
    CHECK(hint("redirect:example.com") == "write redirect=example.com");
    CHECK(hint("exp:example.com") == "write exp=example.com");
    CHECK(hint("-al") == "write -all");
    CHECK(hint("-all.") == "write -all");
    CHECK(hint("192.0.2.1") == "write ip4:192.0.2.1");
    CHECK(hint("2001:db8::1") == "write ip6:2001:db8::1");
    CHECK(hint("a:192.0.2.1") == "write ip4:192.0.2.1");
    CHECK(hint("include:192.0.2.1") == "write ip4:192.0.2.1");
    CHECK(hint("spf.example.com") == "write include:spf.example.com");
    CHECK(hint("-redirect=example.com") == "write redirect=example.com");
    CHECK(hint("\xe2\x80\x93"
               "all") == "write -all");
    CHECK(hint("ip4:192.0.2") == "write ip4:192.0.2.0/24");
    CHECK(hint("ip4:2001:db8::1") == "write ip6:2001:db8::1");
    CHECK(hint("ip6:[2001:db8::1]") == "write ip6:2001:db8::1");
    CHECK(hint("ip4:192.0.2.1:25") == "write ip4:192.0.2.1, without the port");
    CHECK(hint("xyzzy:nothing") == "");
}

TEST_CASE("every kind of fault has its own finding") {
    check_bad({"v=spf1 mx, -all", 7, "spf-separator", "write mx"});
    check_bad({"v=spf1 mx;-all", 7, "spf-separator", "write mx -all"});
    check_bad({"v=spf1 ~allip4:192.0.2.1", 7, "spf-glued-terms", "write ~all ip4:192.0.2.1"});
    check_bad({"v=spf1 ip4:192.0.2.1~all", 11, "spf-glued-terms", "write ip4:192.0.2.1 ~all"});
    check_bad({"v=spf1 -all\"", 7, "spf-literal-quotes", "write -all"});
    check_bad({"v=spf1 \xe2\x80\x9cmx\xe2\x80\x9d", 7, "spf-smart-quotes", "write mx"});
    check_bad({"v=spf1 a:b\xc3\xbc.example", 10, "spf-not-ascii", "write a:xn--b-eha.example"});
    check_bad({"v=spf1 mx\t-all", 9, "spf-control-character", ""});
    check_bad({"v=spf1 all/8", 10, "spf-all-argument", "write -all or ~all"});
    const std::string length =
        "write a length from 0 to 32 behind the slash, or ip4:192.0.2.1 for the one address";
    check_bad({"v=spf1 ip4:192.0.2.1/33", 21, "spf-bad-prefix-length", length});
    check_bad({"v=spf1 ip4:192.0.2.1/032", 21, "spf-bad-prefix-length", length});
    check_bad({"v=spf1 ip4:192.0.2.1/255.255.255.0", 21, "spf-bad-prefix-length", "write ip4:192.0.2.1/24"});
    check_bad({"v=spf1 ip4:192.0.2.1/0.0.0.0", 21, "spf-bad-prefix-length", "write ip4:192.0.2.1/0"});
    check_bad({"v=spf1 ip4:192.0.2.1/255.0.255.0", 21, "spf-bad-prefix-length", length});
    check_bad(
        {"v=spf1 ip4 192.0.2.1", 10, "spf-bad-network", "write the address behind ip4: without a blank"});
    check_bad(
        {"v=spf1 - all", 7, "spf-unknown-mechanism", "write - and what it is for as one term, such as -all"});
    check_bad({"v=spf1 a/33", 9, "spf-bad-prefix-length", ""});
    check_bad({"v=spf1 include:example.com/24", 26, "spf-bad-prefix-length", ""});
    check_bad({"v=spf1 ip4:300.0.2.1", 11, "spf-bad-network", ""});
    check_bad({"v=spf1 a:museum", 9, "spf-bad-domain", ""});
    check_bad({"v=spf1 include", 14, "spf-bad-domain", ""});
    check_bad({"v=spf1 exists:%(ir).example.org", 14, "spf-bad-macro", "write %% for a percent sign"});
    check_bad({"v=spf1 exists:%{c}.example.org", 16, "spf-bad-macro", ""});
    check_bad({"v=spf1 redirect= -all", 7, "spf-bad-modifier", ""});
    check_bad({"v=spf1 exp=a.example exp=b.example", 21, "spf-duplicate-modifier", ""});
    check_bad({"v=spf10 mx", 0, "spf-near-miss-version", ""});
}

TEST_CASE("only v=spf1 with a blank or nothing behind it makes a record [SPF-03]") {
    CHECK(spf::is_record("v=spf1"));
    CHECK(spf::is_record("V=Spf1 -all"));
    for (const auto* text :
         {"", "v=spf", "v=spf10", "v=spf1;", " v=spf1 -all", "v=spf1\t-all", "spf2.0/pra mx"})
        CHECK_FALSE(spf::is_record(text));
}
