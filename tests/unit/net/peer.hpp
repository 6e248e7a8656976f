// A server on a thread of its own, on 127.0.0.1 and for one connection: blocking sockets, bounded by
// time-outs.
#pragma once

#include <chrono>
#include <csignal>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/stream.hpp"

namespace test {

class Peer {
  public:
    // `serve` gets the accepted socket, which is closed after it returns.
    explicit Peer(std::function<void(int)> serve) : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* generic = reinterpret_cast<sockaddr*>(&address);
        if (listener_ < 0 || ::bind(listener_, generic, size) != 0 || ::listen(listener_, 1) != 0 ||
            ::getsockname(listener_, generic, &size) != 0)
            throw std::runtime_error("cannot listen on 127.0.0.1");
        port_ = ntohs(address.sin_port);
        limit(listener_);
        thread_ = std::thread([this, serve = std::move(serve)] {
            sigset_t quiet;  // a client that hangs up must not end the test
            ::sigemptyset(&quiet);
            ::sigaddset(&quiet, SIGPIPE);
            ::pthread_sigmask(SIG_BLOCK, &quiet, nullptr);
            const int client = ::accept(listener_, nullptr, nullptr);
            if (client < 0) return;
            limit(client);
            serve(client);
            ::close(client);
        });
    }
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;
    ~Peer() {
        ::shutdown(listener_, SHUT_RDWR);
        thread_.join();
        ::close(listener_);
    }

    net::Endpoint endpoint() const { return {.address = base::IpAddress::v4({127, 0, 0, 1}), .port = port_}; }

    static void say(int client, std::string_view text) {
        [[maybe_unused]] const auto sent = ::send(client, text.data(), text.size(), MSG_NOSIGNAL);
    }
    static std::string hear(int client) {
        char buffer[512];
        const ssize_t size = ::recv(client, buffer, sizeof buffer, 0);
        return size > 0 ? std::string(buffer, static_cast<std::size_t>(size)) : std::string();
    }

  private:
    static void limit(int socket) {
        const timeval seconds{.tv_sec = 5, .tv_usec = 0};
        ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &seconds, sizeof seconds);
        ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &seconds, sizeof seconds);
    }

    int listener_;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

inline net::Deadline after(std::chrono::milliseconds time) {
    return net::Deadline::clock::now() + time;
}

}  // namespace test
