#include "output/json.hpp"

#include <limits>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace output;

TEST_CASE("a document stands in two-blank indentation and in the order of writing") {
    const auto relay = Value::object({{"name", "news"},
                                      {"port", 587},
                                      {"enabled", true},
                                      {"daily_limit", nullptr},
                                      {"domains", Value::array({"example.com", "例え.jp"})},
                                      {"types", Value::array()},
                                      {"login", Value::object()}});
    CHECK(render_json(document("relayctl.relay.list/1", {relay})) == R"({
  "schema": "relayctl.relay.list/1",
  "items": [
    {
      "name": "news",
      "port": 587,
      "enabled": true,
      "daily_limit": null,
      "domains": [
        "example.com",
        "例え.jp"
      ],
      "types": [],
      "login": {}
    }
  ]
}
)");
}

TEST_CASE("an empty list is still a document") {
    CHECK(render_json_line(document("relayctl.relay.list/1", {})) ==
          "{\"schema\":\"relayctl.relay.list/1\",\"items\":[]}\n");
}

TEST_CASE("a JSON line is one line whatever the value holds") {
    CHECK(render_json_line(Value::object({{"text", "a\nb\tc\"d\\e\r"}})) ==
          "{\"text\":\"a\\nb\\tc\\\"d\\\\e\\r\"}\n");
}

TEST_CASE("JSON lines are appended behind what the sink holds") {
    std::string sink = "1\n";
    append_json_line(sink, 2);
    append_json_line(sink, "drei");
    CHECK(sink == "1\n2\n\"drei\"\n");
}

TEST_CASE("controls that JSON allows raw are escaped all the same") {
    CHECK(render_json_line("\x7f \u0080 \u009b \u00a0 é \033") ==
          "\"\\u007f \\u0080 \\u009b \u00a0 é \\u001b\"\n");
    CHECK(render_json_line(Value::object({{std::string("k\x7f"), 1}})) == "{\"k\\u007f\":1}\n");
}

TEST_CASE("invalid UTF-8 is replaced, also at the end of a string") {
    CHECK(render_json_line("a\xff") == "\"a\ufffd\"\n");
    CHECK(render_json_line("a\xc2") == "\"a\ufffd\"\n");
    CHECK(render_json_line(std::string("\xe3\x81")) == "\"\ufffd\"\n");
    CHECK(render_json_line(Value::object({{std::string("\x9b"), "\x9b"}})) == "{\"\ufffd\":\"\ufffd\"}\n");
}

TEST_CASE("every octet of ASCII is read back as it was") {
    std::string text;
    for (char c = 0; c < 0x7f; ++c)
        text += c;
    text += '\x7f';
    const auto line = render_json_line(Value::object({{text, text}}));
    CHECK(line.find('\x7f') == std::string::npos);
    const auto read = nlohmann::json::parse(line);
    CHECK(read[text].get<std::string>() == text);
}

TEST_CASE("integers keep all their digits") {
    CHECK(render_json_line(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808\n");
    CHECK(render_json_line(std::numeric_limits<std::int64_t>::max()) == "9223372036854775807\n");
    CHECK(render_json_line(std::numeric_limits<std::uint64_t>::max()) == "9223372036854775807\n");
    CHECK(render_json_line(std::uint16_t{25}) == "25\n");
}

TEST_CASE("absent optionals are null") {
    CHECK(Value(std::optional<int>()).is_null());
    CHECK(Value(std::optional<std::string>("x")) == Value("x"));
}

TEST_CASE("a key stands once, the last value wins, its place stays") {
    auto value = Value::object({{"a", 1}, {"b", 2}, {"a", 3}});
    value.set("b", 4).set("c", 5);
    CHECK(render_json_line(value) == "{\"a\":3,\"b\":4,\"c\":5}\n");
    REQUIRE(value.find("c"));
    CHECK(*value.find("c") == Value(5));
    CHECK_FALSE(value.find("d"));
    CHECK_FALSE(Value(1).find("a"));
}

TEST_CASE("arrays and objects grow from null, and nothing else does") {
    Value value;
    value.push_back(1).push_back("x");
    CHECK(value == Value::array({1, "x"}));
    CHECK_THROWS_AS(value.set("a", 1), std::logic_error);
    CHECK_THROWS_AS(Value("text").push_back(1), std::logic_error);
    const std::vector<std::string> domains{"a", "b"};
    CHECK(Value::list(domains) == Value::array({"a", "b"}));
}

TEST_CASE("a part that many documents have in common is written as any other value") {
    const auto list = Value::array({Value::object({{"a", 1}}), "\x01"});
    const auto plain = Value::object({{"before", true}, {"list", list}});
    const auto shared = Value::object({{"before", true}, {"list", make_fragment(list)}});
    CHECK(render_json_line(shared) == render_json_line(plain));
    CHECK(render_json(shared) == render_json(plain));
}
