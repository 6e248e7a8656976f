// A DNS server on a thread of its own, on 127.0.0.1, UDP and TCP on one port: a function says what it
// answers.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/stream.hpp"

namespace test {

class ScriptedServer {
  public:
    struct Asked {
        std::string query;
        bool tcp = false;
        std::size_t number = 0;  // of this question, from 0
    };
    // What goes back: any number of messages (over TCP only the first).
    using Script = std::function<std::vector<std::string>(const Asked&)>;

    explicit ScriptedServer(Script script, bool with_tcp = true) : script_(std::move(script)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* generic = reinterpret_cast<sockaddr*>(&address);
        for (int i = 0; i < 20 && port_ == 0; ++i) {  // until a port is free for both
            address.sin_port = 0;
            udp_ = ::socket(AF_INET, SOCK_DGRAM, 0);
            tcp_ = ::socket(AF_INET, SOCK_STREAM, 0);
            ::bind(udp_, generic, size);
            ::getsockname(udp_, generic, &size);
            if (!with_tcp || (::bind(tcp_, generic, size) == 0 && ::listen(tcp_, 8) == 0)) {
                port_ = ntohs(address.sin_port);
            } else {
                ::close(udp_);
                ::close(tcp_);
            }
        }
        if (port_ == 0) throw std::runtime_error("no free port");
        thread_ = std::thread([this] { serve(); });
    }
    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;
    ~ScriptedServer() { stop(); }

    void stop() {
        if (!thread_.joinable()) return;
        stopping_ = true;
        thread_.join();
        ::close(udp_);
        ::close(tcp_);
    }
    net::Endpoint endpoint() const { return {.address = base::IpAddress::v4({127, 0, 0, 1}), .port = port_}; }
    std::size_t questions() const { return count_; }

  private:
    void serve() {
        std::string buffer(4096, '\0');
        while (!stopping_) {
            pollfd ready[2] = {{.fd = udp_, .events = POLLIN, .revents = 0},
                               {.fd = tcp_, .events = POLLIN, .revents = 0}};
            if (::poll(ready, 2, 20) <= 0) continue;
            if ((ready[0].revents & POLLIN) != 0) {
                sockaddr_in from{};
                socklen_t size = sizeof from;
                auto* generic = reinterpret_cast<sockaddr*>(&from);
                const ssize_t length = ::recvfrom(udp_, buffer.data(), buffer.size(), 0, generic, &size);
                if (length <= 0) continue;
                for (const auto& reply : ask(buffer.substr(0, static_cast<std::size_t>(length)), false))
                    ::sendto(udp_, reply.data(), reply.size(), 0, generic, size);
            }
            if ((ready[1].revents & POLLIN) != 0) serve_tcp();
        }
    }

    void serve_tcp() {
        const int client = ::accept(tcp_, nullptr, nullptr);
        if (client < 0) return;
        const timeval seconds{.tv_sec = 2, .tv_usec = 0};
        ::setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &seconds, sizeof seconds);
        std::string buffer(4096, '\0');
        const ssize_t length = ::recv(client, buffer.data(), buffer.size(), 0);
        if (length > 2) {
            for (const auto& reply : ask(buffer.substr(2, static_cast<std::size_t>(length) - 2), true)) {
                std::string framed;
                framed += static_cast<char>(reply.size() >> 8);
                framed += static_cast<char>(reply.size() & 0xff);
                framed += reply;
                for (const std::size_t at : {std::size_t{0}, std::size_t{1}, std::size_t{3}}) {  // in pieces
                    const std::size_t end = at == 3 ? framed.size() : (at == 0 ? 1 : 3);
                    [[maybe_unused]] const auto sent =
                        ::send(client, framed.data() + at, end - at, MSG_NOSIGNAL);
                }
            }
        }
        ::close(client);
    }

    std::vector<std::string> ask(std::string query, bool tcp) {
        return script_({.query = std::move(query), .tcp = tcp, .number = count_++});
    }

    Script script_;
    int udp_ = -1;
    int tcp_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<bool> stopping_ = false;
    std::atomic<std::size_t> count_ = 0;
    std::thread thread_;
};

}  // namespace test
