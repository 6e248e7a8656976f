#include "base/text.hpp"

#include <doctest/doctest.h>

#include "base/utf8.hpp"

using namespace std::string_view_literals;

TEST_CASE("ASCII letters change case, other bytes do not") {
    CHECK(base::lower("AZaz09-\xc3\x84") == "azaz09-\xc3\x84");
    CHECK(base::equals_ignoring_case("V=Spf1", "v=spf1"));
    CHECK_FALSE(base::equals_ignoring_case("a", "ab"));
    CHECK_FALSE(base::equals_ignoring_case("\xc3\x84", "\xc3\xa4"));
    CHECK(base::equals_ignoring_case("", ""));
}

TEST_CASE("white space goes at both ends only") {
    CHECK(base::trim(" \t\r\n a b \n") == "a b");
    CHECK(base::trim(" \t ").empty());
    CHECK(base::trim("").empty());
    CHECK(base::trim("\v a") == "\v a");
}

TEST_CASE("splitting keeps empty pieces, and joining is its inverse") {
    CHECK(base::split("a,b,,c", ',') == std::vector{"a"sv, "b"sv, ""sv, "c"sv});
    CHECK(base::split("", ',') == std::vector{""sv});
    CHECK(base::split(",", ',') == std::vector{""sv, ""sv});
    CHECK(base::join({"a", "b", "", "c"}, ",") == "a,b,,c");
    CHECK(base::join({}, ",").empty());
}

TEST_CASE("a decimal number is digits and nothing else") {
    CHECK(base::parse_decimal("0", 0) == 0U);
    CHECK(base::parse_decimal("65535", 65535) == 65535U);
    CHECK(base::parse_decimal("18446744073709551615", UINT64_MAX) == UINT64_MAX);
    for (const auto text : {""sv, "65536"sv, "00"sv, "01"sv, "+1"sv, "-1"sv, " 1"sv, "1 "sv, "1e3"sv, "0x1"sv,
                            "1\0"sv, "18446744073709551616"sv, "99999999999999999999999999"sv}) {
        CAPTURE(text);
        CHECK(base::parse_decimal(text, 65535) == std::nullopt);
    }
    CHECK(base::parse_decimal("18446744073709551616", UINT64_MAX) == std::nullopt);
}

TEST_CASE("text that is safe for a terminal stays as it is") {
    for (const auto text : {""sv, "plain \\ text"sv,
                            "b\xc3\xbc"
                            "cher"sv,
                            "\xe6\x97\xa5\xe6\x9c\xac"sv, "\xf0\x9f\x93\xa7"sv})
        CHECK(base::printable(text) == text);
}

TEST_CASE("[SMTP-SEC-22] what could move a cursor, end a line or turn the direction is escaped") {
    CHECK(base::printable("\x1b[31m\r\n\t\x7f"sv) == "\\x1b[31m\\x0d\\x0a\\x09\\x7f");
    CHECK(base::printable("a\0b"sv) == "a\\x00b");
    CHECK(base::printable("\xc2\x9b"
                          "31m"sv) == "\\u{009b}31m");
    CHECK(base::printable("\xe2\x80\xae"
                          "exe"sv) == "\\u{202e}exe");
    CHECK(base::printable("\xe2\x81\xa6"sv) == "\\u{2066}");
    CHECK(base::printable("\xe2\x80\xa8"sv) == "\\u{2028}");
    CHECK(base::printable("\xf3\xa0\x81\x81"sv) == "\\u{e0041}");
}

TEST_CASE("bytes that are not UTF-8 are escaped one by one") {
    CHECK(base::printable("\xff") == "\\xff");
    CHECK(base::printable("a\xc3") == "a\\xc3");
    CHECK(base::printable("\xc0\xaf") == "\\xc0\\xaf");
    CHECK(base::printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");
    CHECK(base::printable("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");
    CHECK(base::printable("\xe6\x97z") == "\\xe6\\x97z");
    CHECK(base::printable("\xe0\x80\x80") == "\\xe0\\x80\\x80");
}

TEST_CASE("whatever the bytes, what is printable has no control byte and stays as it is the second time") {
    for (int first = 0; first < 256; ++first) {
        for (int second = 0; second < 256; ++second) {
            const std::string bytes = {static_cast<char>(first), static_cast<char>(second), 'x'};
            const auto text = base::printable(bytes);
            for (const char c : text)
                REQUIRE_FALSE(base::is_control(c));
            REQUIRE(base::printable(text) == text);
        }
    }
}

TEST_CASE("a quotation is short and never cut within a character") {
    CHECK(base::quoted("a\nb") == "\"a\\x0ab\"");
    CHECK(base::quoted(std::string(60, 'x')) == "\"" + std::string(60, 'x') + "\"");
    CHECK(base::quoted(std::string(61, 'x')) == "\"" + std::string(60, 'x') + "...\"");
    const std::string umlaut = "\xc3\xbc";
    CHECK(base::quoted(std::string(59, 'x') + umlaut) == "\"" + std::string(59, 'x') + "...\"");
}

TEST_CASE("bytes that are all in the middle of a character are quoted all the same") {
    CHECK(base::quoted(std::string(100, '\x80')).starts_with("\"\\x80\\x80"));
}

TEST_CASE("the nearest word is offered only when it is near") {
    const std::vector<std::string> words = {"probe", "predict", "list", "show", "add"};
    CHECK(base::nearest("porbe", words) == "probe");
    CHECK(base::nearest("prob", words) == "probe");
    CHECK(base::nearest("predcit", words) == "predict");
    CHECK(base::nearest("prdict", words) == "predict");
    CHECK(base::nearest("lsit", words) == "list");
    CHECK(base::nearest("lst", words) == "list");
    CHECK(base::nearest("PREDICT", words) == "predict");
    CHECK(base::nearest("lxxt", words) == std::nullopt);
    CHECK(base::nearest("a", words) == std::nullopt);
    CHECK(base::nearest(std::string(1'000'000, 'l'), words) == std::nullopt);
    CHECK(base::nearest("", words) == std::nullopt);
    CHECK(base::nearest("word", {}) == std::nullopt);
    CHECK(base::nearest("abcde", {"abcxy", "abcdf", "abcdg"}) == "abcdf");
    CHECK(base::nearest(std::string(2000, 'a'), words) == std::nullopt);
}

TEST_CASE("the beginning of a text ends between what a reader takes for characters") {
    CHECK(base::beginning("abc", 3) == "abc");
    CHECK(base::beginning("abcd", 3) == "abc");
    CHECK(base::beginning("ab\u65e5\u672c", 4) == "ab");
    CHECK(base::beginning("ab\u65e5\u672c", 5) == "ab\u65e5");
    CHECK(base::beginning("e\u0301e\u0301", 5) == "e\u0301");
    const std::string japan = "\U0001F1EF\U0001F1F5", family = "\U0001F468\u200D\U0001F469";
    CHECK(base::beginning(japan + japan, 15) == japan);
    CHECK(base::beginning("a" + family, 8) == "a");
    // Marks without end are cut, but no octets of one apart.
    std::string marks = "e";
    for (int i = 0; i < 100; ++i)
        marks += "\u0301";
    CHECK(base::beginning(marks, 60) == marks.substr(0, 59));
    CHECK(base::beginning("\xff\xff\xff", 2) == "\xff\xff");
    CHECK(base::beginning(std::string(10, '\x80'), 4).size() <= 4);
}
