#include "input/node.hpp"

#include <doctest/doctest.h>

using input::Node;
using input::Object;

namespace {

const Node& member(const Node& node, std::string_view name) {
    for (const auto& [key, value] : std::get<Object>(node.data))
        if (key == name) return value;
    FAIL("no member");
    return node;
}

template <class Result>
std::string fault(const Result& result) {
    return result.has_error() ? result.error().message : "none";
}

}  // namespace

TEST_CASE("JSON and TOML of the same content give the same values, each with its line") {
    const auto json =
        input::parse_json("{\n \"a\": {\"port\": 25,\n  \"on\": true},\n \"b\": [\"x\", \"y\"]\n}").value();
    const auto toml = input::parse_toml("b = ['x', 'y']\n[a]\nport = 25\non = true\n").value();
    for (const auto* document : {&json, &toml}) {
        CHECK(std::get<std::int64_t>(member(member(*document, "a"), "port").data) == 25);
        CHECK(std::get<bool>(member(member(*document, "a"), "on").data));
        CHECK(std::get<std::string>(std::get<input::Array>(member(*document, "b").data).at(1).data) == "y");
    }
    CHECK(member(member(json, "a"), "on").line == 3);
    CHECK(member(json, "b").line == 4);
    CHECK(member(member(toml, "a"), "port").line == 3);
}

TEST_CASE("what is no document is refused with its line, without its text") {
    CHECK(fault(input::parse_json("{\n\"password\": hunter2}")) ==
          "line 2, column 13: not JSON: value - invalid literal");
    CHECK(fault(input::parse_json(""))
              .starts_with("line 1, column 1: not JSON: value - unexpected end of input"));
    CHECK(
        fault(input::parse_json("{} {}")).starts_with("line 1, column 4: not JSON: value - unexpected '{'"));
    CHECK(fault(input::parse_json("{\"a\": 1,\n\"a\": 2}")) == "line 2: key \"a\" stands twice");
    CHECK(fault(input::parse_json("{\"a\": 1.5}")) == "line 1: a number has a fraction");
    CHECK(fault(input::parse_json("{\"a\": 18446744073709551615}")) == "line 1: a number is beyond 64 bits");
    CHECK(fault(input::parse_json(std::string(100000, '['))) == "line 1: too deep");
    CHECK(fault(input::parse_toml("a = 1\npassword = hunter2")) ==
          "line 2: not TOML: a value is missing; a text stands in quotes");
    CHECK(fault(input::parse_toml("a = 1\na = 2")) == "line 2: not TOML: key \"a\" stands twice");
    CHECK(fault(input::parse_toml("a = 2026-11-30")).find("dates and fractions are texts") !=
          std::string::npos);
    CHECK(input::parse_toml("a = " + std::string(100000, '[')).has_error());
    CHECK(input::parse_json("\"\xff\"").has_error());
}

TEST_CASE("both readers take documents of the same depth, however TOML writes it") {
    const auto repeated = [](std::string_view text, std::size_t times) {
        std::string result;
        for (std::size_t i = 0; i < times; ++i)
            result += text;
        return result;
    };
    // A document with so many lists or tables in one another, itself the first.
    const auto ways = [&](std::size_t depth) {
        const auto inner = depth - 1, half = inner / 2, rest = inner - half;
        return std::vector<std::string>{
            "a = " + repeated("[", inner) + repeated("]", inner),
            "a = " + repeated("{a=", inner) + "1" + repeated("}", inner),
            "a" + repeated(".a", inner) + " = 1",
            "[a" + repeated(".a", inner - 1) + "]",
            "[a" + repeated(".a", half - 1) + "]\na" + repeated(".a", rest) + " = 1",
            "[a" + repeated(".a", half - 1) + "]\na = " + repeated("[", rest) + repeated("]", rest),
            "[[a" + repeated(".a", inner - 2) + "]]",
            "a = [" + repeated("{a=", inner - 1) + "1" + repeated("}", inner - 1) + "]",
        };
    };
    CHECK(input::parse_json(repeated("[", input::deepest) + repeated("]", input::deepest)).has_value());
    CHECK(input::parse_json(repeated("{\"a\":", input::deepest) + "1" + repeated("}", input::deepest))
              .has_value());
    for (const auto& text : ways(input::deepest)) {
        CAPTURE(text);
        CHECK(input::parse_toml(text).has_value());
    }
    for (const auto& text : ways(input::deepest + 1)) {
        CAPTURE(text);
        CHECK(fault(input::parse_toml(text)).find("too deep") != std::string::npos);
    }
}

TEST_CASE("no bytes make the readers crash") {
    for (int first = 0; first < 256; ++first)
        for (int second = 0; second < 256; ++second) {
            const std::string text = {static_cast<char>(first), static_cast<char>(second)};
            static_cast<void>(input::parse_json(text));
            static_cast<void>(input::parse_toml(text));
        }
}

TEST_CASE("a name's end says which it is, else the text") {
    CHECK(input::guess_syntax("a.toml", "{}") == input::Syntax::toml);
    CHECK(input::guess_syntax("a.json", "a = 1") == input::Syntax::json);
    CHECK(input::guess_syntax("-", " \n{") == input::Syntax::json);
    CHECK(input::guess_syntax("-", "[relays]") == input::Syntax::toml);
}
