#include "sasl/prepare.hpp"

#include <string>

#include <doctest/doctest.h>

namespace {

std::string prepared(std::string_view text) {
    const auto result = sasl::saslprep(text);
    return result ? std::string(result->reveal()) : "error: " + result.error().message;
}

}  // namespace

TEST_CASE("SASLprep goes as the examples of RFC 4013 section 3") {
    CHECK(prepared("I\xc2\xadX") == "IX");              // SOFT HYPHEN is mapped to nothing
    CHECK(prepared("user") == "user");                  // no change
    CHECK(prepared("USER") == "USER");                  // case is kept
    CHECK(prepared("\xc2\xaa") == "a");                 // U+00AA, NFKC
    CHECK(prepared("\xe2\x85\xa8") == "IX");            // U+2168, NFKC
    CHECK(sasl::saslprep("\x07").has_error());          // a control character
    CHECK(sasl::saslprep("\xd8\xa7\x31").has_error());  // U+0627 and a digit: the bidirectional check
}

TEST_CASE("SASLprep keeps, maps and refuses") {
    CHECK(prepared("p\xc3\xa4ssw\xc3\xb6rd with space") == "p\xc3\xa4ssw\xc3\xb6rd with space");
    CHECK(prepared("a\xcc\x88") == "\xc3\xa4");  // composed
    CHECK(prepared("a\xc2\xa0"
                   "b") == "a b");                              // a no-break space is a space
    CHECK(prepared("\xf0\x9f\x98\x80") == "\xf0\x9f\x98\x80");  // unassigned in Unicode 3.2
    CHECK(prepared("").empty());
    CHECK(sasl::saslprep("a\xee\x80\x80").has_error());  // private use
    CHECK(sasl::saslprep("a\xc2\x85").has_error());      // a C1 control
    CHECK(sasl::saslprep("\xc2\xad").has_error());       // nothing is left
    CHECK(sasl::saslprep("a\xd8\xa7").has_error());      // both directions
    CHECK(sasl::saslprep(std::string_view("a\xc3\xa4\0b", 5)).has_error());
    CHECK(sasl::saslprep(std::string(1025, 'a')).has_error());
}

TEST_CASE("what is no UTF-8 is refused and never repeated") {
    for (const std::string text :
         {"s3cret\xff", "s3cret\xc3", "s3cret\xed\xa0\x80", "s3cret\xc0\xaf", "s3cret\xf8\x88\x80\x80\x80"}) {
        const auto result = sasl::saslprep(text);
        REQUIRE(result.has_error());
        CHECK(result.error().kind == base::ErrorKind::usage);
        CHECK(result.error().message.find("s3cret") == std::string::npos);
    }
}
