#include "mail/message.hpp"

#include <doctest/doctest.h>

using mail::LineEndings;
using mail::MessageOptions;
using mail::MessageReader;

namespace {

struct Read {
    std::vector<std::string> fields;
    std::string body;
    mail::LineEndingCounts counts = {};
    bool operator==(const Read&) const = default;
};

base::Result<Read> read(std::string_view text, MessageOptions options = {}, std::size_t chunk = 65536) {
    MessageReader reader(options);
    Read result;
    for (std::size_t at = 0; at < text.size(); at += chunk) {
        TRY(const auto body, reader.feed(text.substr(at, chunk)));
        result.body += body;
    }
    TRY(const auto rest, reader.finish());
    result.body += rest;
    for (std::size_t i = 0; i < reader.header().size(); ++i)
        result.fields.emplace_back(reader.header()[i].raw);
    result.counts = reader.counts();
    return result;
}

std::string error_of(std::string_view text, MessageOptions options = {}) {
    const auto result = read(text, options);
    return result.has_error() ? result.error().message : "";
}

constexpr MessageOptions strict{.endings = LineEndings::strict};
constexpr MessageOptions lf_only{.endings = LineEndings::normalise_lf};

}  // namespace

TEST_CASE("a message is its fields, every byte kept, and its body") {
    MessageReader reader;
    const auto body = reader.feed("From: a@b\r\nSubject : one\r\n\ttwo \r\n\r\nHi.\r\n\r\n");
    CHECK(body.value() == "Hi.\r\n\r\n");
    CHECK(reader.header_is_complete());
    const auto& header = reader.header();
    REQUIRE(header.size() == 2);
    CHECK(header[0].raw == "From: a@b\r\n");
    CHECK(header[1].raw == "Subject : one\r\n\ttwo \r\n");
    CHECK(header[1].name == "Subject");
    CHECK(header[1].value == " one\r\n\ttwo ");
    CHECK(header.text() == "From: a@b\r\nSubject : one\r\n\ttwo \r\n");
    CHECK(header.count("from") == 1);
    CHECK(header.count("to") == 0);
}

TEST_CASE("a message without an empty line is all header, and an end to its last line is added") {
    CHECK(read("A: 1\r\nB: 2").value() == Read{{"A: 1\r\n", "B: 2\r\n"}, ""});
    CHECK(read("A: 1\r\n").value() == Read{{"A: 1\r\n"}, ""});
    CHECK(read("A: 1\r\n\r\n").value() == Read{{"A: 1\r\n"}, ""});
    CHECK(read("").value() == Read{});
    CHECK(read("\r\n").value() == Read{});
    CHECK(read("\r\nbody").value() == Read{{}, "body"});
}

TEST_CASE("bare LF and bare CR become CRLF and are counted") {
    CHECK(read("A: 1\nB: 2\n\nx\ny\r\nz\n").value() ==
          Read{{"A: 1\r\n", "B: 2\r\n"}, "x\r\ny\r\nz\r\n", {.bare_lf = 5}});
    CHECK(read("A: 1\rB: 2\r\r\nx\r").value() == Read{{"A: 1\r\n", "B: 2\r\n"}, "x\r\n", {.bare_cr = 3}});
    CHECK(read("A: 1\r\r\n\r\n\n\r").value() ==
          Read{{"A: 1\r\n"}, "\r\n\r\n\r\n", {.bare_lf = 1, .bare_cr = 2}});
}

TEST_CASE("for a verifier a bare CR stays where it is") {
    CHECK(read("A: 1\rB: 2\n\nx\r\r\ny\r", lf_only).value() ==
          Read{{"A: 1\rB: 2\r\n"}, "x\r\r\ny\r", {.bare_lf = 2, .bare_cr = 3}});
}

TEST_CASE("strict refuses a bare LF, a bare CR and a NUL and says where") {
    CHECK(read("A: 1\r\n\r\nx\r\n", strict).has_value());
    CHECK(error_of("A: 1\n", strict) == "octet 4 is a bare LF: lines end in CRLF (RFC 5322 section 2.3)");
    CHECK(error_of("A: 1\r\n\r\nx\ry", strict) ==
          "octet 9 is a bare CR: lines end in CRLF (RFC 5322 section 2.3)");
    CHECK(error_of("A: 1\r\n\r\nx\r", strict) ==
          "octet 9 is a bare CR: lines end in CRLF (RFC 5322 section 2.3)");
    CHECK(error_of(std::string_view("A: 1\r\n\r\nx\0", 10), strict) == "octet 9 is a NUL");
}

TEST_CASE("a NUL stays and is counted") {
    const std::string_view text("A: \0\r\n\r\n\0x\r\n", 12);
    CHECK(read(text).value() == Read{{std::string("A: \0\r\n", 6)}, std::string("\0x\r\n", 4), {.nul = 2}});
}

TEST_CASE("a line of white space continues the field before it") {
    CHECK(read("A: 1\r\n \t\r\nB: 2\r\n\r\n").value() == Read{{"A: 1\r\n \t\r\n", "B: 2\r\n"}, ""});
}

TEST_CASE("what is no header field is an error with its line") {
    CHECK(error_of(" A: 1\r\n") ==
          "line 1 of the message is a folded line with no header field before it: \" A: 1\"");
    CHECK(error_of("A: 1\r\nHello you\r\n") == "line 2 of the message is not a header field: \"Hello you\"");
    CHECK(error_of("A: 1\r\n: 2\r\n").starts_with("line 2 of the message is not a header field"));
    CHECK(error_of("A b: 1\r\n").starts_with("line 1 of the message is not a header field"));
    CHECK(error_of("\xc3\xa4: 1\r\n").starts_with("line 1 of the message is not a header field"));
    CHECK(error_of("A: 1\r\nFrom a@b Thu Nov 24 02:00:00 2026\r\n").starts_with("line 2"));
}

TEST_CASE("the separator line of an mbox is left out, and noted") {
    MessageReader reader;
    CHECK(reader.feed("From joe@example.com Thu Nov 24 02:00:00 2026\nFrom: joe@example.com\n\nx").value() ==
          "x");
    CHECK(reader.had_mbox_line());
    REQUIRE(reader.header().size() == 1);
    CHECK(reader.header()[0].raw == "From: joe@example.com\r\n");
    MessageReader other;
    CHECK(other.feed("From : joe@example.com\r\n\r\n").has_value());
    CHECK(!other.had_mbox_line());
    CHECK(other.header()[0].name == "From");
}

TEST_CASE("each cap of the header is an error that says which") {
    CHECK(error_of("A: 12345\r\nB: 1\r\n", {.longest_header = 12}) ==
          "the header of the message is longer than 12 octets");
    CHECK(error_of("A: 1\r\n\r\n0123456789", {.longest_header = 12}).empty());
    CHECK(error_of("A: 1\r\nB: 2\r\nC: 3\r\n", {.most_fields = 2}) ==
          "the header of the message has more than 2 fields");
    CHECK(error_of("A: 1\r\n 2\r\n 3\r\n 4\r\n", {.longest_field = 12}) ==
          "a field of the header is longer than 12 octets, at line 3");
    CHECK(error_of("A: 1\r\nB: 2\r\nC: 3\r\n", {.longest_field = 12}).empty());
    // A line that never ends is not waited for.
    CHECK(error_of(std::string(20'000'000, 'x')) ==
          "a field of the header is longer than 10000000 octets, at line 1");
}

TEST_CASE("a message in chunks of any size reads as the whole") {
    const std::string long_line(300, 'y');
    const std::string texts[] = {
        "From: a\r\nTo: b\r\n c\r\n\r\nbody\r\n\r\n",
        "From a b\nFrom: a\nTo: b\n c\n\nbody\n\r\n\n.\r\r\n\r",
        std::string("A: \0\r\r\nB:\n\r\0\n\r\r", 16),
        "A: 1\r\n\r\n" + long_line + "\r\n" + long_line + "\n" + long_line + "\r" + long_line,
    };
    for (const auto& text : texts)
        for (const auto endings : {LineEndings::normalise, LineEndings::normalise_lf, LineEndings::strict}) {
            const auto whole = read(text, {.endings = endings});
            for (const std::size_t size : {1U, 2U, 3U, 5U, 7U, 64U, 65U}) {
                CAPTURE(size);
                const auto pieces = read(text, {.endings = endings}, size);
                REQUIRE(pieces.has_value() == whole.has_value());
                if (whole.has_value())
                    CHECK(*pieces == *whole);
                else
                    CHECK(pieces.error() == whole.error());
            }
        }
}
