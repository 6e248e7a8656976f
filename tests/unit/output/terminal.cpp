#include "output/terminal.hpp"

#include <doctest/doctest.h>

using namespace output;

TEST_CASE("text is painted only where there are colours") {
    CHECK(paint("ok", Style::good, {.color = true}) == "\033[32mok\033[0m");
    CHECK(paint("ok", Style::good, {}) == "ok");
    CHECK(paint("ok", Style::none, {.color = true}) == "ok");
    CHECK(paint("", Style::bad, {.color = true}).empty());
}

TEST_CASE("painted text is printable") {
    CHECK(paint("a\033[2Jb\n", Style::bad, {.color = true}) == "\033[31ma\\x1b[2Jb\\x0a\033[0m");
}
