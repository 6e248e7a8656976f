#include "base/domain_name.hpp"

#include <doctest/doctest.h>

using base::DomainName;

namespace {

std::string ascii_of(std::string_view text, std::size_t minimum_labels = 2) {
    const auto name = DomainName::parse(text, minimum_labels);
    return name.has_value() ? name->ascii() : "refused: " + name.error().message;
}

}  // namespace

TEST_CASE("a domain name is kept in lower case without the dot at its end") {
    CHECK(ascii_of("Example.COM") == "example.com");
    CHECK(ascii_of("example.com.") == "example.com");
    CHECK(ascii_of("1-2.3com") == "1-2.3com");
    CHECK(ascii_of("localhost", 1) == "localhost");
}

TEST_CASE("a name in Unicode becomes A-labels, and back") {
    CHECK(ascii_of("b\xc3\xbc"
                   "cher.example") == "xn--bcher-kva.example");
    CHECK(ascii_of("B\xc3\x9c"
                   "CHER.Example.") == "xn--bcher-kva.example");
    CHECK(ascii_of("stra\xc3\x9f"
                   "e.example") == "xn--strae-oqa.example");
    CHECK(ascii_of("\xe4\xbe\x8b\xe3\x81\x88.\xe3\x83\x86\xe3\x82\xb9\xe3\x83\x88") ==
          "xn--r8jz45g.xn--zckzah");
    CHECK(ascii_of("\xe4\xbe\x8b\xe3\x81\x88\xe3\x80\x82\xe3\x83\x86\xe3\x82\xb9\xe3\x83\x88") ==
          "xn--r8jz45g.xn--zckzah");
    CHECK(ascii_of("bu\xcc\x88"
                   "cher.example") == "xn--bcher-kva.example");
    CHECK(DomainName::parse("xn--bcher-kva.example").value().unicode() ==
          "b\xc3\xbc"
          "cher.example");
    CHECK(DomainName::parse("example.com").value().unicode() == "example.com");
    CHECK(DomainName::parse("b\xc3\xbc"
                            "cher.example")
              .value() == DomainName::parse("XN--BCHER-KVA.example").value());
}

TEST_CASE("an A-label that says nothing stays as it is") {
    CHECK(DomainName::parse("xn--a.example").value().unicode() == "xn--a.example");
}

TEST_CASE("the lengths of RFC 1035 are allowed in full and not exceeded") {
    const std::string label(63, 'a');
    const std::string longest = label + "." + label + "." + label + "." + std::string(61, 'b');
    REQUIRE(longest.size() == 253);
    CHECK(ascii_of(longest) == longest);
    CHECK(ascii_of(longest + ".") == longest);
    CHECK(DomainName::parse(longest + "b").has_error());
    CHECK(DomainName::parse(label + "a.example").has_error());
    CHECK(DomainName::parse(std::string(1'000'000, 'a')).has_error());
    std::string unicode;
    for (int i = 0; i < 60; ++i)
        unicode += "\xc3\xbc";
    CHECK(DomainName::parse(unicode + unicode + ".example").has_error());
}

TEST_CASE("what is no domain name is refused as a usage error that says why") {
    struct Case {
        std::string text;
        std::string why;
        std::size_t offset;
    };
    const Case cases[] = {
        {"", "it is empty", 0},
        {".", "it has an empty label", 0},
        {"..", "it has an empty label", 0},
        {"a..b", "it has an empty label", 2},
        {".a.b", "it has an empty label", 0},
        {"a.b..", "it has an empty label", 4},
        {"example", "it has no dot", 0},
        {"ab.-c.example", "a label begins or ends with a hyphen", 3},
        {"ab.c-.example", "a label begins or ends with a hyphen", 3},
        {"ab._dmarc.example", "a domain that sends mail has no underscore", 3},
        {"a b.example", "only letters, digits, hyphens and dots are allowed", 0},
        {"*.example.com", "only letters, digits, hyphens and dots are allowed", 0},
        {"a.example\n", "only letters, digits, hyphens and dots are allowed", 2},
        {"192.0.2.1", "the last label is a number", 0},
        {std::string("a.exa\0mple", 10), "it has a NUL byte", 5},
    };
    for (const auto& [text, why, offset] : cases) {
        CAPTURE(text);
        const auto name = DomainName::parse(text);
        REQUIRE(name.has_error());
        CHECK(name.error().kind == base::ErrorKind::usage);
        CHECK(name.error().message.ends_with(": " + why));
        CHECK(name.error().offset == offset);
    }
}

TEST_CASE("the offset counts bytes of the text as it was given, also in Unicode") {
    CHECK(DomainName::parse("b\xc3\xbc"
                            "cher._x.example")
              .error()
              .offset == 8);
    CHECK(DomainName::parse("\xe4\xbe\x8b\xe3\x80\x82"
                            "a_b.example")
              .error()
              .offset == 6);
}

TEST_CASE("what IDNA does not allow is refused") {
    for (const char* text : {"\xff.example", "a\xc3.example",
                             "\xe2\x80\xae"
                             "a.example",
                             "\xf0\x9f\x93\xa7 x.example", "\xe2\x80\x8b.example", "-\xc3\xbc.example",
                             "\xef\xbc\x8e.example", "\xc3\xbc\x1b.example"}) {
        CAPTURE(text);
        CHECK(DomainName::parse(text).has_error());
    }
}
