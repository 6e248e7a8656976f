// The faults of terms, one row of the grammar after the other (RFC 7208 sections 5, 6, 7 and 12).
#include <doctest/doctest.h>

#include "spf/inspect.hpp"
#include "spf/record.hpp"

namespace {

// The id of the fault in the term, "" when it is a good one.
std::string fault(std::string_view term) {
    const auto parsed = spf::parse_term(term);
    return parsed.has_error() ? std::string(parsed.error().id) : std::string();
}

std::string hint(std::string_view term) {
    const auto parsed = spf::parse_term(term);
    return parsed.has_error() ? parsed.error().hint : std::string();
}

std::vector<std::string> ids_of(std::string_view record) {
    std::vector<std::string> result;
    for (const auto& finding : spf::inspect_record(record, "example.com", spf::Place::own))
        result.push_back(finding.id);
    return result;
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("trailing blanks are legal; TABs and line breaks between terms are not [SPF-04]") {
    CHECK(spf::parse_record("v=spf1 mx -all   ").has_value());
    CHECK(spf::parse_record("v=spf1   mx  -all").has_value());
    CHECK(ids_of("v=spf1 mx\t-all").front() == "spf-control-character");
    CHECK(ids_of("v=spf1 mx\r\n-all").front() == "spf-control-character");
    CHECK(ids_of("v=spf1 mx -all\n").front() == "spf-control-character");
}

TEST_CASE("a syntax error in any term makes the whole record bad [SPF-06]") {
    for (const auto* record : {"v=spf1 +all foo:", "v=spf1 ip4:192.0.2.1 -all mx:", "v=spf1 -all exp=%"}) {
        CAPTURE(record);
        CHECK(spf::parse_record(record).has_error());
    }
}

TEST_CASE("mechanisms people invent are named with the one they meant [SPF-07]") {
    for (const auto* term : {"ipv4:192.0.2.1", "ip:192.0.2.1", "inlcude:example.com", "-al", "192.0.2.1"}) {
        CAPTURE(term);
        CHECK(fault(term) == "spf-unknown-mechanism");
        CHECK(hint(term).starts_with("write "));
    }
    CHECK(fault("redirect:example.com") == "spf-unknown-mechanism");
    CHECK(hint("redirect:example.com") == "write redirect=example.com");
    CHECK(ids_of("v=spf1 include=example.com mx=example.net -all") ==
          Ids{"spf-mechanism-as-modifier", "spf-mechanism-as-modifier"});
}

TEST_CASE("commas, semicolons and missing blanks between terms are named [SPF-08]") {
    CHECK(fault("mx,") == "spf-separator");
    CHECK(fault("mx;-all") == "spf-separator");
    CHECK(fault("~allip4:192.0.2.1") == "spf-glued-terms");
    CHECK(fault("ip4:192.0.2.4~all") == "spf-glued-terms");
    CHECK(hint("ip4:192.0.2.4~all") == "write ip4:192.0.2.4 ~all");
}

TEST_CASE("unknown modifiers are ignored, but their macros must be good [SPF-09]") {
    CHECK(fault("foo=bar%{d}") == "");
    CHECK(fault("foo=bar%{x}") == "spf-bad-macro");
    CHECK(ids_of("v=spf1 foo=bar -all") == Ids{"spf-unknown-modifier"});
    CHECK(ids_of("v=spf1 ra=postmaster rp=50 rr=all -all") == Ids{});
}

TEST_CASE("redirect and exp may stand once [SPF-10]") {
    CHECK(ids_of("v=spf1 redirect=a.example redirect=b.example") == Ids{"spf-duplicate-modifier"});
    CHECK(ids_of("v=spf1 exp=a.example EXP=b.example -all") == Ids{"spf-duplicate-modifier"});
    CHECK(spf::parse_record("v=spf1 exp=a.example EXP=b.example -all").has_error());
    CHECK(spf::parse_record("v=spf1 foo=1 foo=2 -all").has_value());
}

TEST_CASE("a modifier takes no qualifier, no colon, and not nothing [SPF-11]") {
    CHECK(fault("-redirect=a.example") == "spf-bad-modifier");
    CHECK(fault("exp:a.example") == "spf-unknown-mechanism");
    CHECK(hint("exp:a.example") == "write exp=a.example");
    CHECK(fault("redirect=") == "spf-bad-modifier");
    CHECK(fault("exp=") == "spf-bad-modifier");
}

TEST_CASE("all takes no argument [SPF-12]") {
    CHECK(fault("all:example.com") == "spf-all-argument");
    CHECK(fault("-all/8") == "spf-all-argument");
    CHECK(fault("all.") == "spf-unknown-mechanism");
    CHECK(hint("all.") == "write -all or ~all");
}

TEST_CASE("ip4 takes four octets in plain decimal and a length to 32 [SPF-17]") {
    for (const auto* term : {"ip4:256.0.2.1", "ip4:192.0.02.1", "ip4:192.0.2", "ip4:mail.example.com",
                             "ip4:2001:db8::1", "ip4:", "ip4", "ip4:192.0.2.1:25"}) {
        CAPTURE(term);
        CHECK(fault(term) == "spf-bad-network");
    }
    for (const auto* term :
         {"ip4:192.0.2.1/33", "ip4:192.0.2.1/032", "ip4:192.0.2.1/", "ip4:192.0.2.1//24"}) {
        CAPTURE(term);
        CHECK(fault(term) == "spf-bad-prefix-length");
    }
}

TEST_CASE("ip6 takes the text of RFC 4291 and a length to 128 [SPF-18]") {
    for (const auto* term : {"ip6:2001:db8::1::2", "ip6:192.0.2.1", "ip6:[2001:db8::1]",
                             "ip6:12345::", "ip6:fe80::1%eth0", "ip6:"}) {
        CAPTURE(term);
        CHECK(fault(term) == "spf-bad-network");
    }
    CHECK(hint("ip6:[2001:db8::1]") == "write ip6:2001:db8::1");
    CHECK(hint("ip6:192.0.2.1") == "write ip4:192.0.2.1");
    CHECK(fault("ip6:2001:db8::/129") == "spf-bad-prefix-length");
    CHECK(fault("ip6:2001:db8::/032") == "spf-bad-prefix-length");
    CHECK(fault("ip6:::ffff:192.0.2.1") == "");
}

TEST_CASE("a domain has two labels and a top label that can be one [SPF-19]") {
    for (const auto* term : {"a:foo", "a:1.2.3.4", "mx:example.123", "include:example.com-",
                             "a:", "include:", "exists:", "a:example.c_m", "redirect=foo"}) {
        CAPTURE(term);
        CHECK(fault(term) == "spf-bad-domain");
    }
    CHECK(hint("a:1.2.3.4") == "write ip4:1.2.3.4");
    CHECK(fault("a:example.com.") == "");
    CHECK(spf::target_name(std::string(64, 'a') + ".example.com").has_error());
}

TEST_CASE("prefix lengths stand behind a and mx only, as /24//64 [SPF-20]") {
    for (const auto* term : {"a/24//64", "mx//64", "a:example.com/24", "mx:example.com/0//0"})
        CHECK(fault(term) == "");
    for (const auto* term : {"a/33", "a//129", "a/024", "a/", "a//", "a/24/64", "include:example.com/24",
                             "exists:example.com/24", "ptr:example.com/24"}) {
        CAPTURE(term);
        CHECK(fault(term) == "spf-bad-prefix-length");
    }
    CHECK(fault("redirect=example.com/24") == "spf-bad-domain");
}

TEST_CASE("private, covered and crooked networks are told [SPF-21]") {
    for (const auto* network :
         {"ip4:10.0.0.1", "ip4:127.0.0.1", "ip4:169.254.1.1", "ip4:192.0.2.1", "ip4:224.0.0.1", "ip6:fe80::1",
          "ip6:fc00::1", "ip6:2001:db8::1", "ip6:::1"}) {
        CAPTURE(network);
        CHECK(ids_of("v=spf1 " + std::string(network) + " -all") == Ids{"spf-private-network"});
    }
    CHECK(ids_of("v=spf1 ip4:8.8.8.8 ip4:8.8.8.8 -all") == Ids{"spf-duplicate-network"});
    CHECK(ids_of("v=spf1 ip4:8.8.8.8 ip4:8.8.8.0/24 -all") == Ids{"spf-duplicate-network"});
    CHECK(ids_of("v=spf1 ip6:2a00:1450:4000::1/36 -all") == Ids{"spf-host-bits"});
}

TEST_CASE("very wide networks are told, round hosts too [SPF-22]") {
    CHECK(ids_of("v=spf1 ip4:8.0.0.0/8 -all") == Ids{"spf-huge-network"});
    CHECK(ids_of("v=spf1 ip4:0.0.0.0/1 -all") == Ids{"spf-huge-network"});
    CHECK(ids_of("v=spf1 ip4:8.0.0.0/9 -all") == Ids{"spf-wide-network"});
    CHECK(ids_of("v=spf1 ip4:8.8.0.0/16 -all") == Ids{});
    CHECK(ids_of("v=spf1 ip6:2a00::/16 -all") == Ids{"spf-huge-network"});
    CHECK(ids_of("v=spf1 ip6:2a00::/31 -all") == Ids{"spf-wide-network"});
    CHECK(ids_of("v=spf1 ip6:2a00::/32 -all") == Ids{});
    CHECK(ids_of("v=spf1 a/8 mx//31 -all") == Ids{"spf-huge-network", "spf-wide-network"});
    CHECK(ids_of("v=spf1 -a/0 mx/24//64 -all") == Ids{});
}

TEST_CASE("macros must be written exactly; c, r and t belong to explanations [SPF-32]") {
    for (const auto* term : {"exists:%.example.com", "exists:%(i).example.com", "exists:%{x}.example.com",
                             "exists:%{}.example.com", "exists:%{i.example.com", "exists:%{i0}.example.com",
                             "exists:%{i1!}.example.com", "exists:%{c}.example.com",
                             "exists:%{r}.example.com", "exists:%{t}.example.com", "include:example.com%"}) {
        CAPTURE(term);
        CHECK(fault(term) == "spf-bad-macro");
    }
    CHECK(fault("exists:%%.%_.%-.%{iR-}.example.com") == "");
    CHECK(spf::parse_macro_string("%{c} %{r} %{t}", spf::MacroPlace::explanation).has_value());
}

TEST_CASE("bytes that are not ASCII are faults, with the A-label to write [SPF-06]") {
    CHECK(fault("a:b\xc3\xbc.example") == "spf-not-ascii");
    CHECK(hint("a:b\xc3\xbc.example") == "write a:xn--b-eha.example");
    CHECK(fault("\xe2\x80\x9cmx\xe2\x80\x9d") == "spf-smart-quotes");
    CHECK(hint("\xe2\x80\x93"
               "all") == "write -all");
    CHECK(fault("\"mx\"") == "spf-literal-quotes");
}
