#include "cli/verify_lines.hpp"

#include <doctest/doctest.h>

namespace {

std::vector<std::string> split_in_chunks(std::string_view text, std::size_t size) {
    cli::LineSplitter splitter;
    std::vector<std::string> lines;
    const auto drain = [&] {
        while (const auto line = splitter.next())
            lines.push_back(std::string(line->text) + (line->too_long ? "!" : ""));
    };
    for (std::size_t at = 0; at < text.size(); at += size) {
        splitter.feed(text.substr(at, size));
        drain();
    }
    splitter.end();
    drain();
    return lines;
}

app::VerifyTarget target(std::string_view text, bool too_long = false) {
    const auto parsed = cli::parse_target({.text = text, .too_long = too_long});
    REQUIRE(parsed);
    return *parsed;
}

}  // namespace

TEST_CASE("input is the same lines in whatever pieces it comes [BULK-01]") {
    const std::string text =
        "one\n\ntwo\r\n" + std::string(5000, 'x') + "\nthree\n" + std::string(4096, 'y') + "\nlast";
    const std::vector<std::string> lines = {
        "one", "", "two\r", std::string(4096, 'x') + "!", "three", std::string(4096, 'y'), "last"};
    for (const std::size_t size : {1U, 2U, 3U, 7U, 100U, 4095U, 4096U, 4097U, 100'000U})
        CHECK(split_in_chunks(text, size) == lines);
}

TEST_CASE("a line is a domain, or a domain and its selectors [BULK-01]") {
    CHECK(target("example.com\r").domain == "example.com");
    CHECK(target("  example.com \t").domain == "example.com");
    CHECK(target("example.com").selectors.empty());
    const auto both = target("example.com\ts1, s2,,s3\r");
    CHECK(both.domain == "example.com");
    CHECK(both.selectors == std::vector<std::string>{"s1", "s2", "s3"});
    CHECK(both.fault.empty());
}

TEST_CASE("blank lines and comments are passed over [BULK-01]") {
    for (const char* text : {"", " ", "\r", "\t \r", "# example.com", "  # x"})
        CHECK(!cli::parse_target({.text = text}));
}

TEST_CASE("a line that cannot be used is a target with a fault [BULK-01]") {
    CHECK(target("example.com\ts1\ts2").fault != "");
    CHECK(target(std::string(4096, 'x'), true).fault == "the line is longer than 4096 octets");
    CHECK(target(std::string(4096, 'x'), true).domain.size() == 255);
    std::string many = "example.com\ts";
    for (int i = 0; i < 32; ++i)
        many += ",s" + std::to_string(i);
    CHECK(target(many).fault == "more than 32 selectors");
}
