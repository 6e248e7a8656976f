#include "output/caret.hpp"

#include <doctest/doctest.h>

using namespace output;

TEST_CASE("the caret stands under the offset") {
    CHECK(render_caret("v=spf1 ip4:192.0.2.300 -all", 11, 80) ==
          "  v=spf1 ip4:192.0.2.300 -all\n"
          "             ^\n");
}

TEST_CASE("an offset at the end or beyond points behind the last character") {
    CHECK(render_caret("v=spf1", 6, 80) == "  v=spf1\n        ^\n");
    CHECK(render_caret("v=spf1", 600, 80) == "  v=spf1\n        ^\n");
    CHECK(render_caret("", 0, 80) == "  \n  ^\n");
}

TEST_CASE("wide characters and escapes before the offset push the caret") {
    CHECK(render_caret("例え=x", 6, 80) == "  例え=x\n      ^\n");
    CHECK(render_caret("a\tb", 2, 80) == "  a\\x09b\n       ^\n");
    CHECK(render_caret("a\tb", 1, 80) == "  a\\x09b\n   ^\n");
    CHECK(render_caret("a\xff b", 2, 80) == "  a\\xff b\n       ^\n");
}

TEST_CASE("an offset within a character points at that character") {
    CHECK(render_caret("例え", 4, 80) == "  例え\n    ^\n");
}

TEST_CASE("a long record is folded and the caret follows its line") {
    CHECK(render_caret("abcdefghijklmnopqrstuvwxyz", 12, 13) ==
          "  abcdefghij\n"
          "  klmnopqrst\n"
          "    ^\n"
          "  uvwxyz\n");
    CHECK(render_caret("abcdefghijklmnopqrst", 20, 13) ==
          "  abcdefghij\n"
          "  klmnopqrst\n"
          "            ^\n");
}

TEST_CASE("of a very long record only the lines near the caret are shown") {
    CHECK(render_caret(std::string(100, 'a'), 55, 13) ==
          "  ...\n"
          "  aaaaaaaaaa\n"
          "  aaaaaaaaaa\n"
          "  aaaaaaaaaa\n"
          "       ^\n"
          "  aaaaaaaaaa\n"
          "  aaaaaaaaaa\n"
          "  ...\n");
}

TEST_CASE("a width of 0 folds nothing, and a silly one folds at ten") {
    CHECK(render_caret(std::string(300, 'a'), 0, 0) == "  " + std::string(300, 'a') + "\n  ^\n");
    CHECK(render_caret("abcdefghijk", 0, 1) == "  abcdefghij\n  ^\n  k\n");
}
