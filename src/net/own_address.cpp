#include "net/own_address.hpp"

#include <algorithm>
#include <array>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace net {

namespace {

constexpr in_port_t any_port = 0x0900;  // 9, discard, in network order: connect() wants one, no packet leaves

sockaddr_storage to_sockaddr(const base::IpAddress& address) {
    sockaddr_storage storage{};
    if (address.is_v4()) {
        auto& v4 = reinterpret_cast<sockaddr_in&>(storage);
        v4.sin_family = AF_INET;
        v4.sin_port = any_port;
        std::copy_n(address.data(), 4, reinterpret_cast<std::uint8_t*>(&v4.sin_addr));
    } else {
        auto& v6 = reinterpret_cast<sockaddr_in6&>(storage);
        v6.sin6_family = AF_INET6;
        v6.sin6_port = any_port;
        std::copy_n(address.data(), 16, reinterpret_cast<std::uint8_t*>(&v6.sin6_addr));
    }
    return storage;
}

}  // namespace

std::optional<base::IpAddress> own_address_towards(const base::IpAddress& remote) {
    const int descriptor = socket(remote.is_v4() ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return std::nullopt;
    sockaddr_storage storage = to_sockaddr(remote);
    socklen_t size = remote.is_v4() ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
    auto* generic = reinterpret_cast<sockaddr*>(&storage);
    const bool known =
        connect(descriptor, generic, size) == 0 && getsockname(descriptor, generic, &size) == 0;
    close(descriptor);
    if (!known) return std::nullopt;
    if (remote.is_v4()) {
        std::array<std::uint8_t, 4> bytes{};
        std::copy_n(reinterpret_cast<const std::uint8_t*>(&reinterpret_cast<sockaddr_in&>(storage).sin_addr),
                    4, bytes.begin());
        return base::IpAddress::v4(bytes);
    }
    std::array<std::uint8_t, 16> bytes{};
    std::copy_n(reinterpret_cast<const std::uint8_t*>(&reinterpret_cast<sockaddr_in6&>(storage).sin6_addr),
                16, bytes.begin());
    return base::IpAddress::v6(bytes);
}

}  // namespace net
