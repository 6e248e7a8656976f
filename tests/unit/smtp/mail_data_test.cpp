#include "smtp/mail_data.hpp"

#include <doctest/doctest.h>

namespace {

// The wire octets of a message that comes in chunks of `size`.
std::string encode(std::string_view message, smtp::Dots dots, std::size_t size = 1'000'000) {
    smtp::MailData data(dots);
    std::string wire;
    for (std::size_t at = 0; at < message.size(); at += size)
        wire += data.feed(message.substr(at, size));
    wire += data.finish();
    CHECK(data.octets() == wire.size());
    return wire;
}

struct Case {
    std::string_view message, doubled, plain;
};

constexpr Case cases[] = {
    {"", "", ""},
    {"a", "a\r\n", "a\r\n"},
    {"a\r\n", "a\r\n", "a\r\n"},
    {".", "..\r\n", ".\r\n"},
    {".\r\n", "..\r\n", ".\r\n"},
    {"..\r\n.a\r\n", "...\r\n..a\r\n", "..\r\n.a\r\n"},
    {"a.b\r\n", "a.b\r\n", "a.b\r\n"},
    // Every form that some server took for the end of a message.
    {"a\n.\nb", "a\r\n..\r\nb\r\n", "a\r\n.\r\nb\r\n"},
    {"a\r.\rb", "a\r\n..\r\nb\r\n", "a\r\n.\r\nb\r\n"},
    {"a\n.\r\nb", "a\r\n..\r\nb\r\n", "a\r\n.\r\nb\r\n"},
    {"a\r\n.\nb", "a\r\n..\r\nb\r\n", "a\r\n.\r\nb\r\n"},
    {"a\r\n.\rb", "a\r\n..\r\nb\r\n", "a\r\n.\r\nb\r\n"},
    {"a\r.\r\nb", "a\r\n..\r\nb\r\n", "a\r\n.\r\nb\r\n"},
    {"a\r\r\n.b", "a\r\n\r\n..b\r\n", "a\r\n\r\n.b\r\n"},
    {"a\r", "a\r\n", "a\r\n"},
    {"a\n", "a\r\n", "a\r\n"},
    {"a\r\n\r\n", "a\r\n\r\n", "a\r\n\r\n"},
};

}  // namespace

TEST_CASE(
    "[SMTP-SEC-26] dots are doubled at the start of a line, and no bare CR or LF leaves, however the message "
    "comes") {
    for (const auto& each : cases)
        for (const std::size_t size : {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{100}}) {
            CAPTURE(each.message);
            CAPTURE(size);
            CHECK(encode(each.message, smtp::Dots::doubled, size) == each.doubled);
            CHECK(encode(each.message, smtp::Dots::plain, size) == each.plain);
        }
}

TEST_CASE("a long message keeps its octets") {
    std::string line(9'998, 'x'), message, wire;
    for (int i = 0; i < 300; ++i) {
        message += "." + line + "\n";
        wire += ".." + line + "\r\n";
    }
    CHECK(encode(message, smtp::Dots::doubled, 4096) == wire);
}
