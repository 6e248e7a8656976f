#include "dns/plain_text.hpp"

#include <doctest/doctest.h>

TEST_CASE("a character is described by name, as it is, or as a byte where it is no UTF-8 [DNS-10]") {
    CHECK(dns::describe_character("\xc2\xa0x") == "a no-break space");
    CHECK(dns::describe_character("\xe2\x80\x9cx") == "a typographic quotation mark");
    CHECK(dns::describe_character("\xe2\x80\x8b") == "a zero-width space");
    CHECK(dns::describe_character("\xef\xbb\xbfv=spf1") == "a byte order mark");
    CHECK(dns::describe_character("\xc3\xbc.example") == "the character \xc3\xbc");
    CHECK(dns::describe_character("\xf0\x9f\x93\xa7") == "the character \xf0\x9f\x93\xa7");
    CHECK(dns::describe_character("\xfc.example") == "the byte 0xfc");
    CHECK(dns::describe_character("\xc3") == "the byte 0xc3");
    CHECK(dns::describe_character("\xe2\x80\xae") == "the byte 0xe2");
    CHECK(dns::describe_character("\t") == "a TAB");
    CHECK(dns::describe_character("\n") == "a line break");
    CHECK(dns::describe_character(std::string_view("\0x", 2)) == "the control character 0x00");
    CHECK(dns::describe_character("a") == "the character a");
    CHECK(dns::describe_character("") == "the end");
}

TEST_CASE("what editors put in is taken out, other bytes stay [DNS-10]") {
    CHECK(dns::plain_ascii("\xef\xbb\xbfv=spf1\xc2\xa0\xe2\x88\x92"
                           "all") == "v=spf1 -all");
    CHECK(dns::plain_ascii("p=\xe2\x80\x9cnone\xe2\x80\x9d") == "p=none");
    CHECK(dns::plain_ascii("b\xc3\xbc") == "b\xc3\xbc");
    CHECK(dns::has_smart_quote("p=\xe2\x80\x9cnone"));
    CHECK_FALSE(dns::has_smart_quote("p=\"none\xc2\xa0"));
    CHECK(dns::editors_character("\xc2\xa0 ") == 2);
    CHECK(dns::editors_character("\xc3\xbc") == 0);
}

TEST_CASE("quotes and escapes of the zone-file form are undone [DNS-10]") {
    CHECK(dns::without_zone_form(R"("v=spf1 " "-all")") == "v=spf1 -all");
    CHECK(dns::without_zone_form(R"(v=DKIM1; p=abc" "def)") == "v=DKIM1; p=abcdef");
    CHECK(dns::without_zone_form(R"(v=DMARC1\; p=none\;)") == "v=DMARC1; p=none;");
    CHECK(dns::without_zone_form(R"(v=spf1\032-all)") == "v=spf1 -all");
    CHECK(dns::without_zone_form(R"(a\999b)") == "a999b");
    CHECK(dns::without_zone_form("a\\") == "a\\");
    CHECK(dns::without_zone_form("") == "");
}
