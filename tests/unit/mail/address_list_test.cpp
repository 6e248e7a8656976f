#include "mail/address_list.hpp"

#include <string>

#include <doctest/doctest.h>

namespace {

// "a@example.com b@example.net", or "! what is wrong @offset".
std::string list_text(std::string_view value) {
    const auto list = mail::parse_address_list(value);
    if (list.has_error())
        return "! " + list.error().message + " @" + std::to_string(list.error().offset.value_or(9999));
    std::string text;
    for (const auto& address : *list)
        text += (text.empty() ? "" : " ") + address.to_string();
    return text;
}

struct Case {
    std::string_view value, text;
};

constexpr Case lists[] = {
    {"", ""},
    {"  \r\n ", ""},
    {"a@example.com", "a@example.com"},
    {" a@example.com,\r\n\tb@example.net ", "a@example.com b@example.net"},
    {"Anna <a@example.com>, \"Berg, B.\" <b@example.net>", "a@example.com b@example.net"},
    {"J. R. R. <j@example.com>", "j@example.com"},
    {"=?utf-8?q?J=C3=BCrgen?= <j@example.com>", "j@example.com"},
    {"J\xc3\xbcrgen <j\xc3\xbc@example.com>", "j\xc3\xbc@example.com"},
    {"<a@example.com>", "a@example.com"},
    {"a@example.com (Anna, the (first) one\\))", "a@example.com"},
    {"a (x) @ (y) example (z) . com", "a@example.com"},
    {"\"a b\"@example.com", "\"a b\"@example.com"},
    {"\"a\\\"b,c\"@example.com, d@example.com", "\"a\\\"b,c\"@example.com d@example.com"},
    {"Staff: a@example.com, B <b@example.com>; , c@example.net", "a@example.com b@example.com c@example.net"},
    {"undisclosed-recipients:;", ""},
    {"<@r1.example,@r2.example:a@example.com>", "a@example.com"},
    {",, a@example.com,,b@example.com,", "a@example.com b@example.com"},
    {"A@EXAMPLE.com", "A@example.com"},
};

constexpr Case faults[] = {
    {"Anna", "! not a mail address: \"Anna\": it has no @ @0"},
    {"Anna Berg", "! not a list of addresses: a name without an <address> @0"},
    {"a b@example.com", "! not a list of addresses: blanks in an address @0"},
    {"a@example.com b@example.com", "! not a list of addresses: blanks in an address @0"},
    {"<a@example.com", "! not a list of addresses: a < without a > @14"},
    {"a@example.com>", "! not a list of addresses: a > without a < @13"},
    {"<a@example.com> b", "! not a list of addresses: text behind <address>: a comma is missing @16"},
    {"Staff: a@example.com", "! not a list of addresses: a group without the ; at its end @20"},
    {"a@example.com;", "! not a list of addresses: a ; without a group @14"},
    {"A: B: c@example.com;;", "! not a list of addresses: a : where none belongs @4"},
    {"a@[192.0.2.1]",
     "! not a list of addresses: an address literal as domain: it cannot be routed by name @2"},
    {"\"a@example.com", "! not a list of addresses: a quotation that is not closed @0"},
    {"(a", "! not a list of addresses: a comment that is not closed @2"},
    {"<>", "! not a mail address: \"\": it has no @ @1"},
    {"b@example.com, a\\@example.com", "! not a list of addresses: a \"\\\" where none belongs @16"},
};

}  // namespace

TEST_CASE("addresses are found among names, comments, groups, folds and routes") {
    for (const auto& each : lists) {
        CAPTURE(each.value);
        CHECK(list_text(each.value) == each.text);
    }
}

TEST_CASE("what is not an address list is told with its place") {
    for (const auto& each : faults) {
        CAPTURE(each.value);
        CHECK(list_text(each.value) == each.text);
    }
}

TEST_CASE("deep comments and long lists are bounded") {
    CHECK(list_text(std::string(1'000'000, '(')).find("too deep") != std::string::npos);
    std::string many;
    for (int i = 0; i < 100'001; ++i)
        many += "a@b.example,";
    CHECK(list_text(many).find("more than 100000") != std::string::npos);
}

TEST_CASE("any bytes give a list or a fault") {
    std::uint32_t state = 1;
    constexpr std::string_view alphabet = "ab.@<>,:;()[]\"\\ \r\n\xc3\xbc";
    for (int round = 0; round < 20'000; ++round) {
        std::string value;
        for (int i = 0; i < 12; ++i) {
            state = state * 1664525 + 1013904223;
            value += alphabet[(state >> 16) % alphabet.size()];
        }
        const auto list = mail::parse_address_list(value);
        if (list.has_error()) CHECK(list.error().offset.value_or(0) <= value.size());
    }
}
