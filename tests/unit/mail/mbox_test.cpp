#include "mail/mbox.hpp"

#include <vector>

#include <doctest/doctest.h>

namespace {

using Messages = std::vector<std::string>;

// The messages, or {"foreign"}.
Messages split(std::string_view text, std::size_t chunk) {
    mail::MboxSplitter splitter;
    Messages messages;
    for (;;) {
        const auto piece = splitter.next();
        switch (piece.kind) {
            case mail::MboxSplitter::Kind::hungry:
                if (text.empty()) splitter.end();
                splitter.feed(text.substr(0, chunk));
                text.remove_prefix(std::min(chunk, text.size()));
                break;
            case mail::MboxSplitter::Kind::message:
                messages.emplace_back();
                break;
            case mail::MboxSplitter::Kind::text:
                messages.back() += piece.text;
                break;
            case mail::MboxSplitter::Kind::foreign:
                return {"foreign"};
            case mail::MboxSplitter::Kind::end:
                return messages;
        }
    }
}

// The same in any chunking.
Messages split(std::string_view text) {
    const auto whole = split(text, text.size() + 1);
    for (const std::size_t chunk : {1, 2, 3, 7, 64})
        CHECK(split(text, chunk) == whole);
    return whole;
}

const std::string separator = "From joe@example.com Thu Nov 26 12:00:00 2026\n";

}  // namespace

TEST_CASE("an mbox is cut at its separators, and the empty line before one goes with it") {
    CHECK(split(separator + "A: b\n\nHi.\n\n" + separator + "C: d\n\n\nHo.\n") ==
          Messages{"A: b\n\nHi.\n", "C: d\n\n\nHo.\n"});
    CHECK(split(separator + "A: b\r\n\r\nHi.\r\n\r\n" + separator + "C: d\r\n\r\n") ==
          Messages{"A: b\r\n\r\nHi.\r\n", "C: d\r\n"});
    CHECK(split("\n\n" + separator + "A: b\n\nno line end") == Messages{"A: b\n\nno line end"});
    CHECK(split(separator + separator) == Messages{"" + separator});
    CHECK(split(separator + "\n" + separator) == Messages{"", ""});
    CHECK(split("") == Messages{});
    CHECK(split("\n\n") == Messages{});
}

TEST_CASE("a line of a body that only looks like a separator stays in it") {
    CHECK(split(separator +
                "A: b\n\nx\nFrom joe@example.com Thu Nov 26 12:00:00 2026\n\nFrom here to there\n") ==
          Messages{"A: b\n\nx\nFrom joe@example.com Thu Nov 26 12:00:00 2026\n\nFrom here to there\n"});
    CHECK(split(separator + "A: b\n\n>From x\n>>From y\n> From z\n>\n>From") ==
          Messages{"A: b\n\nFrom x\n>From y\n> From z\n>\n>From"});
    const std::string long_line = ">" + std::string(5000, 'x') + "\n";
    CHECK(split(separator + "A: b\n\n" + long_line + long_line) ==
          Messages{"A: b\n\n" + long_line + long_line});
    const std::string wide = "From " + std::string(3000, 'y') + " 12:00 2026\n";
    CHECK(split(separator + "A: b\n\n" + wide) == Messages{"A: b\n\n" + wide});
    CHECK(split(separator + "A: b\n\n\rx\r\n\r\n\n\n") == Messages{"A: b\n\n\rx\r\n\r\n\n"});
}

TEST_CASE("what does not begin with a separator is no mbox") {
    CHECK(split("Subject: x\n\nHi.\n") == Messages{"foreign"});
    CHECK(split("From here\n") == Messages{"foreign"});
    CHECK(split("\nx") == Messages{"foreign"});
    CHECK(split(std::string_view("\0\0", 2)) == Messages{"foreign"});
}

TEST_CASE("separators as programs write them") {
    for (const auto* line :
         {"From joe@example.com Thu Nov 26 12:00:00 2026", "From - Sun Nov  1 1:02:03 1998\r\n",
          "From 1234@xxx Thu Nov 26 12:00:00 +0000 2026", "From MAILER-DAEMON Thu Nov 26 12:00 EST 2026",
          "From \"a b\"@example.com  Thu Nov 26 12:00:00 2026 remote from x"})
        CHECK_MESSAGE(mail::is_mbox_separator(line), line);
    for (const auto* line : {"From joe", "From ", "From: joe 12:00:00 2026", "From 2026 12:00",
                             "From x :00 2026", "from x 12:00 2026"})
        CHECK_MESSAGE(!mail::is_mbox_separator(line), line);
}
