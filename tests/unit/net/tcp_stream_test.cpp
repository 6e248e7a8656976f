#include <array>

#include <doctest/doctest.h>

#include "net/dialer.hpp"
#include "net/run.hpp"
#include "peer.hpp"

namespace {

using namespace std::chrono_literals;

net::Task<base::Result<std::string>> read_once(net::Stream& stream) {
    std::array<char, 64> buffer;
    const std::span<char> room(buffer);
    CO_TRY(const auto size, co_await stream.read_some(room));
    co_return std::string(buffer.data(), size);
}

net::Task<base::Result<std::string>> talk(net::Endpoint endpoint, net::Deadline deadline, std::string line) {
    net::TcpDialer dialer;
    CO_TRY(const auto stream, co_await dialer.connect(endpoint, deadline));
    CO_TRY_VOID(co_await stream->write(line));
    std::string heard;
    for (;;) {
        CO_TRY(const auto piece, co_await read_once(*stream));
        if (piece.empty()) co_return heard;
        heard += piece;
    }
}

base::Error unavailable(std::string message) {
    return {.kind = base::ErrorKind::unavailable, .message = std::move(message)};
}

}  // namespace

TEST_CASE("a stream writes, reads to the end and is told when the peer closes") {
    test::Peer peer([](int client) {
        const std::string line = test::Peer::hear(client);
        test::Peer::say(client, "you said ");
        std::this_thread::sleep_for(20ms);
        test::Peer::say(client, line);
    });
    CHECK(net::run(talk(peer.endpoint(), test::after(3s), "hello")).value() == "you said hello");
}

TEST_CASE("a large write is finished piece by piece") {
    constexpr std::size_t size = 8 * 1024 * 1024;
    std::size_t received = 0;
    {
        test::Peer peer([&received](int client) {
            std::this_thread::sleep_for(50ms);
            while (received < size) {
                const std::string piece = test::Peer::hear(client);
                if (piece.empty()) return;
                received += piece.size();
            }
            test::Peer::say(client, "done");
        });
        CHECK(net::run(talk(peer.endpoint(), test::after(10s), std::string(size, 'x'))).value() == "done");
    }
    CHECK(received == size);
}

TEST_CASE("a closed port is 'connection refused'") {
    net::Endpoint endpoint;
    {
        endpoint = test::Peer([](int) {}).endpoint();
    }
    const auto result = net::run(talk(endpoint, test::after(3s), ""));
    REQUIRE(result.has_error());
    CHECK(result.error() == unavailable("connection refused"));
}

TEST_CASE("a silent peer is 'timed out' at the deadline, not before and not much later") {
    test::Peer peer([](int client) { test::Peer::hear(client); });
    const auto start = net::Deadline::clock::now();
    const auto result = net::run(talk(peer.endpoint(), start + 100ms, ""));
    const auto time = net::Deadline::clock::now() - start;
    REQUIRE(result.has_error());
    CHECK(result.error() == unavailable("timed out"));
    CHECK(time >= 100ms);
    CHECK(time < 5s);
}

TEST_CASE("a passed deadline fails every operation, also with bytes waiting") {
    test::Peer peer([](int client) {
        test::Peer::say(client, "220 mail\r\n");
        test::Peer::hear(client);
    });
    const auto task = [&]() -> net::Task<base::Result<void>> {
        net::TcpDialer dialer;
        CO_TRY(const auto stream, co_await dialer.connect(peer.endpoint(), test::after(3s)));
        co_await net::sleep_until(test::after(20ms));
        stream->set_deadline(test::after(-1ms));
        const auto read = co_await read_once(*stream);
        CHECK(read.error().message == "timed out");
        const auto written = co_await stream->write("x");
        CHECK(written.error().message == "timed out");
        stream->set_deadline(test::after(3s));
        const auto late = co_await read_once(*stream);
        CHECK(late.value() == "220 mail\r\n");
        co_return base::Result<void>();
    };
    CHECK(net::run(task()).has_value());
}

TEST_CASE("a deadline can be put off and brought forward") {
    test::Peer peer([](int client) {
        std::this_thread::sleep_for(150ms);
        test::Peer::say(client, "late");
        test::Peer::hear(client);
    });
    const auto task = [&]() -> net::Task<base::Result<void>> {
        net::TcpDialer dialer;
        CO_TRY(const auto stream, co_await dialer.connect(peer.endpoint(), test::after(50ms)));
        stream->set_deadline(test::after(3s));
        const auto heard = co_await read_once(*stream);
        CHECK(heard.value() == "late");
        stream->set_deadline(test::after(50ms));
        const auto silence = co_await read_once(*stream);
        CHECK(silence.error().message == "timed out");
        co_return base::Result<void>();
    };
    CHECK(net::run(task()).has_value());
}

TEST_CASE("a reset connection is an Error for reads and writes") {
    test::Peer peer([](int client) {
        const linger abort{.l_onoff = 1, .l_linger = 0};
        ::setsockopt(client, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
    });
    const auto result = net::run(talk(peer.endpoint(), test::after(3s), ""));
    REQUIRE(result.has_error());
    CHECK(result.error() == unavailable("connection reset by peer"));
}

TEST_CASE("a closed stream refuses to go on") {
    test::Peer peer([](int client) { test::Peer::hear(client); });
    const auto task = [&]() -> net::Task<base::Result<std::string>> {
        net::TcpDialer dialer;
        CO_TRY(const auto stream, co_await dialer.connect(peer.endpoint(), test::after(3s)));
        stream->close();
        stream->close();
        co_return co_await read_once(*stream);
    };
    CHECK(net::run(task()).error().message == "the stream is closed");
}
