// The scripted stream is itself tested: the protocol rooms lean on it.
#include "support/fake_stream.hpp"

#include <array>

#include <doctest/doctest.h>

#include "net/run.hpp"
#include "support/fake_dialer.hpp"

namespace {

net::Task<base::Result<std::string>> read_all(net::Stream& stream, std::size_t size) {
    std::string text;
    std::array<char, 64> buffer;
    const std::span<char> room(buffer);
    while (text.size() < size) {
        CO_TRY(const auto count, co_await stream.read_some(room));
        if (count == 0) break;
        text.append(buffer.data(), count);
    }
    co_return text;
}

}  // namespace

TEST_CASE("a dialogue is played in any chunking") {
    for (const std::size_t chunk : {0U, 1U, 3U}) {
        auto dialogue = std::make_shared<test::Dialogue>();
        dialogue->server("220 mail\r\n").client("QUIT\r\n").server("221 bye\r\n").closes();
        dialogue->chunk = chunk;
        test::FakeStream stream(dialogue);
        CHECK(net::run(read_all(stream, 10)).value() == "220 mail\r\n");
        CHECK(net::run(stream.write("QU")).has_value());
        CHECK(net::run(stream.write("IT\r\n")).has_value());
        CHECK(net::run(read_all(stream, 100)).value() == "221 bye\r\n");
        CHECK(dialogue->finished());
        CHECK(dialogue->sent == "QUIT\r\n");
    }
}

TEST_CASE("a client that leaves the script is told so") {
    auto dialogue = std::make_shared<test::Dialogue>();
    dialogue->client("EHLO a\r\n");
    test::FakeStream stream(dialogue);
    const auto written = net::run(stream.write("HELO"));
    REQUIRE(written.has_error());
    CHECK(dialogue->fault == "expected [EHLO a\r\n], got [HELO]");
    CHECK_FALSE(dialogue->finished());
}

TEST_CASE("a step can answer what the client said") {
    auto dialogue = std::make_shared<test::Dialogue>();
    dialogue->answer([](std::string_view line) { return "250 " + std::string(line) + "\r\n"; });
    dialogue->client_until("\r\n.\r\n").server("250 queued\r\n");
    test::FakeStream stream(dialogue);
    CHECK(net::run(stream.write("NOOP x\r\nbody\r\n.\r\n")).has_value());
    CHECK(net::run(read_all(stream, 24)).value() == "250 NOOP x\r\n250 queued\r\n");
    CHECK(dialogue->finished());
}

TEST_CASE("operation n fails when it is told to") {
    auto dialogue = std::make_shared<test::Dialogue>();
    dialogue->server("220 mail\r\n").client("QUIT\r\n");
    dialogue->fail_at = 1;
    test::FakeStream stream(dialogue);
    CHECK(net::run(read_all(stream, 10)).has_value());
    CHECK(net::run(stream.write("QUIT\r\n")).error().message == "connection reset by peer");
}

TEST_CASE("a dialer hands out dialogues by endpoint and refuses the rest") {
    test::FakeDialer dialer;
    dialer.accept("192.0.2.1", 25).server("220 mail\r\n");
    const auto open = test::FakeDialer::at("192.0.2.1", 25);
    const auto deadline = net::Deadline::clock::now();
    auto stream = net::run(dialer.connect(open, deadline));
    REQUIRE(stream.has_value());
    CHECK(net::run(read_all(**stream, 10)).value() == "220 mail\r\n");
    CHECK(net::run(dialer.connect(open, deadline)).error().message == "connection refused");
    CHECK(dialer.connected == std::vector<std::string>(2, "192.0.2.1:25"));
}
