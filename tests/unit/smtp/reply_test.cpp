#include "smtp/reply.hpp"

#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using smtp::Reply;
using smtp::ReplyFault;
using smtp::ReplyParser;
using State = smtp::ReplyParser::State;

namespace {

// What a parser makes of a whole conversation: every reply, and how it ended.
struct Outcome {
    std::vector<Reply> replies;
    State state = State::more;
    ReplyFault fault = ReplyFault::not_smtp;
    std::string line;
    bool operator==(const Outcome&) const = default;
};

Outcome parse_in_chunks(std::string_view bytes, std::size_t chunk) {
    ReplyParser parser;
    Outcome outcome;
    std::string pending;
    while (!bytes.empty()) {
        pending += bytes.substr(0, chunk);
        bytes.remove_prefix(std::min(chunk, bytes.size()));
        for (;;) {
            pending.erase(0, parser.feed(pending));
            if (parser.state() != State::complete) break;
            outcome.replies.push_back(parser.take());
        }
    }
    outcome.state = parser.state();
    if (outcome.state == State::failed) {
        outcome.fault = parser.fault();
        outcome.line = parser.current_line();
    }
    return outcome;
}

Outcome parse(std::string_view bytes) {
    return parse_in_chunks(bytes, bytes.size() + 1);
}

Reply parse_one(std::string_view bytes) {
    const Outcome outcome = parse(bytes);
    REQUIRE(outcome.replies.size() == 1);
    REQUIRE(outcome.state == State::more);
    return outcome.replies.front();
}

void check_fails(std::string_view bytes, ReplyFault fault) {
    const Outcome outcome = parse(bytes);
    CHECK(outcome.state == State::failed);
    CHECK(outcome.fault == fault);
}

}  // namespace

TEST_CASE("A reply of one line is its code and its text") {
    const Reply reply = parse_one("220 mail.example ESMTP\r\n");
    CHECK(reply == Reply{.code = 220, .lines = {"mail.example ESMTP"}});
    CHECK(reply.to_string() == "220 mail.example ESMTP");
    CHECK(reply.is_positive());
}

TEST_CASE("A reply of several lines ends with the line that has no hyphen") {
    CHECK(parse_one("250-mail\r\n250-SIZE 1000\r\n250 DSN\r\n") ==
          Reply{.code = 250, .lines = {"mail", "SIZE 1000", "DSN"}});
}

TEST_CASE("A code alone, with or without its separator, is a reply") {
    CHECK(parse_one("250\r\n") == Reply{.code = 250, .lines = {""}});
    CHECK(parse_one("250 \r\n") == Reply{.code = 250, .lines = {""}});
    CHECK(parse_one("250-\r\n250\r\n") == Reply{.code = 250, .lines = {"", ""}});
    CHECK(parse_one("250\r\n").to_string() == "250");
}

TEST_CASE("[SMTP-SEC-20] Bare line feeds are read and flagged") {
    CHECK(parse_one("220 mail\n") == Reply{.code = 220, .lines = {"mail"}, .bare_line_feed = true});
    CHECK_FALSE(parse_one("220 mail\r\n").bare_line_feed);
}

TEST_CASE("[SMTP-SEC-20] Where the codes of one reply differ the last one counts and the reply is flagged") {
    CHECK(parse_one("250-a\r\n550 b\r\n") == Reply{.code = 550, .lines = {"a", "b"}, .mixed_codes = true});
}

TEST_CASE("Any octets of the text are kept as they are") {
    const std::string text("\x1b[31m\0\xff\r\t\x07", 10);
    CHECK(parse_one("220 " + text + "\r\n").lines.front() == text);
}

TEST_CASE("What follows a reply is not touched") {
    ReplyParser parser;
    const std::string bytes = "220 ready\r\n250 injected\r\n";
    CHECK(parser.feed(bytes) == 11);
    CHECK(parser.state() == State::complete);
    CHECK(parser.feed("250 more\r\n") == 0);
    CHECK(parser.take().code == 220);
    CHECK(parser.state() == State::more);
}

TEST_CASE("[SMTP-SEC-20] A line that cannot be a reply fails at its first impossible octet") {
    for (const std::string_view bytes :
         {"HTTP/1.0 400", "SSH-2.0", "* OK", "+OK", "\x15\x03\x01", "199 a", "650 a", "2x", "25 a", "25\r\n",
          "\r\n", "\n", "250_a", "250\rx", "2500 a"})
        check_fails(bytes, ReplyFault::not_smtp);
    ReplyParser parser;
    CHECK(parser.feed("250-a\r\nHTTP") == 8);
    CHECK(parser.state() == State::failed);
    CHECK(parser.current_line() == "H");
}

TEST_CASE("[SMTP-SEC-15] A line may have 4096 octets and no more") {
    const std::string longest = "220 " + std::string(smtp::max_line_octets - 4, 'x');
    CHECK(parse_one(longest + "\r\n").lines.front().size() == smtp::max_line_octets - 4);
    check_fails(longest + "x\r\n", ReplyFault::line_too_long);
    check_fails(longest + "x", ReplyFault::line_too_long);
}

TEST_CASE("[SMTP-SEC-16] A reply may have 128 lines and no more") {
    std::string lines;
    for (std::size_t i = 1; i < smtp::max_reply_lines; ++i)
        lines += "250-a\r\n";
    CHECK(parse_one(lines + "250 end\r\n").lines.size() == smtp::max_reply_lines);
    check_fails(lines + "250-a\r\n250 end\r\n", ReplyFault::too_many_lines);
}

TEST_CASE("[SMTP-SEC-16] A reply may have 64 KiB and no more") {
    std::string lines;
    for (int i = 0; i < 20; ++i)
        lines += "250-" + std::string(4000, 'x') + "\r\n";
    check_fails(lines, ReplyFault::reply_too_long);
}

TEST_CASE("The same octets give the same replies in any chunking") {
    const std::vector<std::string> conversations = {
        "220 mail\r\n250-a\r\n250-b\n250 c\r\n221 bye\r\n",
        "220 mail\r\n250-a\r\n550 b\r\nHTTP/1.0 400 Bad\r\n",
        "250-" + std::string(5000, 'x'),
        "250\r\n250\rfoo",
        std::string("220 a\0b\r\n\x16\x03\x01\x00", 13),
    };
    for (const auto& bytes : conversations) {
        const Outcome whole = parse(bytes);
        for (std::size_t chunk = 1; chunk < 40; ++chunk)
            CHECK(parse_in_chunks(bytes, chunk) == whole);
    }
}

TEST_CASE("[SMTP-SEC-37] No octets make the parser throw or grow without bound") {
    std::mt19937 random(20261123);
    const std::string_view likely = "2245 0-\r\n\r\n\n250 -x";
    for (int round = 0; round < 3000; ++round) {
        std::string bytes;
        const std::size_t size = random() % 200;
        for (std::size_t i = 0; i < size; ++i)
            bytes +=
                random() % 8 != 0 ? likely[random() % likely.size()] : static_cast<char>(random() & 0xff);
        const Outcome whole = parse(bytes);
        CHECK(parse_in_chunks(bytes, 1 + random() % 7) == whole);
        for (const auto& reply : whole.replies)
            CHECK((reply.code >= 200 && reply.code <= 599 && !reply.lines.empty()));
    }
}

TEST_CASE("Other services are known by their first octets") {
    CHECK(smtp::recognise_service("HTTP/1.0 400 Bad Request") == "HTTP");
    CHECK(smtp::recognise_service("<!DOCTYPE HTML>") == "HTTP");
    CHECK(smtp::recognise_service("<html>") == "HTTP");
    CHECK(smtp::recognise_service("SSH-2.0-OpenSSH_9.2") == "SSH");
    CHECK(smtp::recognise_service("* OK IMAP4rev1 ready") == "IMAP");
    CHECK(smtp::recognise_service("+OK POP3 ready") == "POP3");
    CHECK(smtp::recognise_service("\x15\x03\x01") == "TLS");
    CHECK(smtp::recognise_service("220 mail").empty());
    CHECK(smtp::recognise_service("").empty());
}
