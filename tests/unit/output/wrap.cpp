#include "output/wrap.hpp"

#include <doctest/doctest.h>

using output::wrap;

TEST_CASE("lines are broken at blanks, and words are not") {
    CHECK(wrap("one two three", 0, 0, 8) == "one two\nthree\n");
    CHECK(wrap("one two three", 0, 0, 7) == "one two\nthree\n");
    CHECK(wrap("one two three", 0, 0, 80) == "one two three\n");
    CHECK(wrap("a/path/that-is-long --an-option", 0, 0, 10) == "a/path/that-is-long\n--an-option\n");
    CHECK(wrap("", 0, 0, 10) == "\n");
    CHECK(wrap("end ", 0, 0, 10) == "end\n");
}

TEST_CASE("later lines are indented, and the first begins where it is said") {
    CHECK(wrap("one two three", 4, 4, 12) == "one two\n    three\n");
    CHECK(wrap("one two", 2, 10, 12) == "\n  one two\n");
}

TEST_CASE("Japanese is broken between its characters, by columns, and not before its punctuation") {
    CHECK(wrap("鍵を作成します。", 0, 0, 10) == "鍵を作成し\nます。\n");
    CHECK(wrap("鍵を作成する。", 0, 0, 12) == "鍵を作成す\nる。\n");
    CHECK(wrap("--all を付けると全部", 0, 0, 12) == "--all を付け\nると全部\n");
    CHECK(wrap("--login、--sender、--trace", 0, 0, 12) == "--login、\n--sender、\n--trace\n");
    CHECK(wrap("設定は--dry-runで", 0, 0, 8) == "設定\nは--dry-run\nで\n");
}

TEST_CASE("what is no UTF-8 is kept") {
    CHECK(wrap("a\xff\xff b", 0, 0, 2) == "a\xff\xff\nb\n");
}
