#include "spf/macro.hpp"

#include <doctest/doctest.h>

#include "base/text.hpp"

namespace {

std::string expanded(std::string_view text, std::string_view ip = "192.0.2.3") {
    spf::MacroValues values;
    values.local_part = "strong-bad";
    values.sender_domain = "email.example.com";
    values.domain = "email.example.com";
    values.ip = base::IpAddress::parse(ip).value();
    values.helo = "mx.example.org";
    values.validated = "mx.example.org";
    values.receiver = "unknown";
    values.now = base::Time(std::chrono::seconds(1234567890));
    return spf::expand(spf::parse_macro_string(text, spf::MacroPlace::explanation).value(), values);
}

}  // namespace

TEST_CASE("the expansions of RFC 7208 section 7.4 come out as printed there [SPF-33]") {
    CHECK(expanded("%{s}") == "strong-bad@email.example.com");
    CHECK(expanded("%{o}") == "email.example.com");
    CHECK(expanded("%{d}") == "email.example.com");
    CHECK(expanded("%{d4}") == "email.example.com");
    CHECK(expanded("%{d3}") == "email.example.com");
    CHECK(expanded("%{d2}") == "example.com");
    CHECK(expanded("%{d1}") == "com");
    CHECK(expanded("%{dr}") == "com.example.email");
    CHECK(expanded("%{d2r}") == "example.email");
    CHECK(expanded("%{l}") == "strong-bad");
    CHECK(expanded("%{l-}") == "strong.bad");
    CHECK(expanded("%{lr}") == "strong-bad");
    CHECK(expanded("%{lr-}") == "bad.strong");
    CHECK(expanded("%{l1r-}") == "strong");
    CHECK(expanded("%{ir}.%{v}._spf.%{d2}") == "3.2.0.192.in-addr._spf.example.com");
    CHECK(expanded("%{lr-}.lp._spf.%{d2}") == "bad.strong.lp._spf.example.com");
    CHECK(expanded("%{lr-}.lp.%{ir}.%{v}._spf.%{d2}") == "bad.strong.lp.3.2.0.192.in-addr._spf.example.com");
    CHECK(expanded("%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}") == "3.2.0.192.in-addr.strong.lp._spf.example.com");
    CHECK(expanded("%{d2}.trusted-domains.example.net") == "example.com.trusted-domains.example.net");
    CHECK(base::lower(expanded("%{ir}.%{v}._spf.%{d2}", "2001:db8::cb01")) ==
          "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com");
}

TEST_CASE("escapes, URL escapes and the letters of explanations are expanded [SPF-33]") {
    CHECK(expanded("100%% of%_it%-") == "100% of it%20");
    CHECK(expanded("%{S}") == "strong-bad%40email.example.com");
    CHECK(expanded("%{c} %{r} %{t}", "2001:db8::cb01") == "2001:db8::cb01 unknown 1234567890");
    CHECK(expanded("%{h} %{p} %{v}", "2001:db8::cb01") == "mx.example.org mx.example.org ip6");
}

TEST_CASE("a name longer than 253 octets loses labels from the left [SPF-33]") {
    std::string text = "gone";
    for (int i = 0; i < 25; ++i)
        text += ".123456789";
    const auto name = spf::target_name(text + ".").value().to_string();
    CHECK(name.size() == 249);
    CHECK(name.starts_with("123456789."));
}

TEST_CASE("an expansion that is no DNS name is a fault") {
    for (const auto& text :
         {std::string(), std::string("."), std::string("a..b"), std::string(64, 'a') + ".b"})
        CHECK(spf::target_name(text).has_error());
}

TEST_CASE("macro faults say where they are [SPF-32]") {
    const auto fault_at = [](std::string_view text) {
        return spf::parse_macro_string(text, spf::MacroPlace::term).error().offset;
    };
    CHECK(fault_at("ab%") == 2);
    CHECK(fault_at("ab%{d") == 2);
    CHECK(fault_at("ab%{}") == 2);
    CHECK(fault_at("ab%{x}") == 4);
    CHECK(fault_at("ab%{d0}") == 5);
    CHECK(fault_at("ab%{d2r!}") == 7);
    CHECK(fault_at("a b") == 1);
}
