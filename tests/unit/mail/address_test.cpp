#include "mail/address.hpp"

#include <doctest/doctest.h>

using mail::Address;

TEST_CASE("an address keeps its local part as written and its domain as A-labels") {
    const auto address = Address::parse(
                             "News.Letter+tag@B\xc3\xbc"
                             "cher.EXAMPLE")
                             .value();
    CHECK(address.local_part() == "News.Letter+tag");
    CHECK(address.domain().ascii() == "xn--bcher-kva.example");
    CHECK(address.to_string() == "News.Letter+tag@xn--bcher-kva.example");
}

TEST_CASE("every form of local part that RFC 5321 and RFC 6531 allow is taken") {
    for (const std::string& text :
         {std::string("a@localhost"), std::string("a.b@example.com"),
          std::string("!#$%&'*+-/=?^_`{|}~@example.com"), std::string("\"a b\"@example.com"),
          std::string("\"a@b\"@example.com"), std::string("\"a\\\"b\"@example.com"),
          std::string("\"\\\\\"@example.com"), std::string("\"\"@example.com"),
          std::string("\"..\"@example.com"), std::string("\xe5\xa4\xaa\xe9\x83\x8e@example.com"),
          std::string(64, 'a') + "@example.com"}) {
        CAPTURE(text);
        REQUIRE(Address::parse(text).has_value());
        CHECK(Address::parse(text).value().to_string() == text);
        CHECK(Address::parse(Address::parse(text).value().to_string()).value() ==
              Address::parse(text).value());
    }
}

TEST_CASE("what is no address is refused as a usage error") {
    for (const std::string& text : {std::string(),
                                    std::string("@"),
                                    std::string("a"),
                                    std::string("@example.com"),
                                    std::string("a@"),
                                    std::string(".a@example.com"),
                                    std::string("a.@example.com"),
                                    std::string("a..b@example.com"),
                                    std::string("a b@example.com"),
                                    std::string("a,b@example.com"),
                                    std::string("a@b@example.com"),
                                    std::string("<a@example.com>"),
                                    std::string("a(comment)@example.com"),
                                    std::string("\"@example.com"),
                                    std::string("\"a@example.com"),
                                    std::string("\"a\"b\"@example.com"),
                                    std::string("\"a\\\"@example.com"),
                                    std::string("a\"b\"@example.com"),
                                    std::string("a@exam ple.com"),
                                    std::string("a@[192.0.2.1]"),
                                    std::string("a@example..com"),
                                    std::string("a@example.com "),
                                    std::string("a@1.2.3.4"),
                                    std::string(65, 'a') + "@example.com",
                                    "\"" + std::string(63, 'a') + "\"@example.com",
                                    std::string("a@") + std::string(64, 'b') + ".example",
                                    std::string(1'000'000, 'a')}) {
        CAPTURE(text.substr(0, 80));
        REQUIRE(Address::parse(text).has_error());
        CHECK(Address::parse(text).error().kind == base::ErrorKind::usage);
    }
}

TEST_CASE("no byte that could end a line or move a cursor passes, quoted or not") {
    for (const char c : {'\r', '\n', '\t', '\0', '\x1b', '\x7f'}) {
        for (const std::string& text :
             {std::string("a") + c + "@example.com", std::string("\"a") + c + "\"@example.com",
              std::string("\"a\\") + c + "\"@example.com", std::string("a@exa") + c + "mple.com",
              std::string("a@example.com") + c}) {
            CAPTURE(text);
            REQUIRE(Address::parse(text).has_error());
            CHECK(Address::parse(text).error().offset == text.find(c));
            CHECK(Address::parse(text).error().message.find(c) == std::string::npos);
        }
    }
}

TEST_CASE("bytes that are not UTF-8, and invisible controls, are refused") {
    for (const char* text :
         {"\xff@example.com", "a\xc3@example.com", "\"\xed\xa0\x80\"@example.com", "a\xc2\x85@example.com",
          "a\xe2\x80\xae"
          "b@example.com",
          "\xc0\xaf@example.com"})
        CHECK(Address::parse(text).has_error());
}

TEST_CASE("the offset of a fault in the domain counts from the start of the address") {
    CHECK(Address::parse("ab@c..example").error().offset == 5);
}
