#include "net/network_error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace net {

std::string describe_errno(int number) {
    switch (number) {
        case ECONNREFUSED:
            return "connection refused";
        case ETIMEDOUT:
            return "timed out";
        case EHOSTUNREACH:
            return "no route to host";
        case ENETUNREACH:
            return "network unreachable";
        case ENETDOWN:
            return "network down";
        case ECONNRESET:
            return "connection reset by peer";
        case EPIPE:
            return "the server closed the connection";
        case EADDRNOTAVAIL:
            return "no local address to connect from";
        case EACCES:
        case EPERM:
            return "blocked by this machine's firewall";
        case EMFILE:
        case ENFILE:
            return "too many open files";
        default:
            return std::generic_category().message(number);
    }
}

bool is_own_fault(const base::Error& error) {
    constexpr std::array own = {ENETUNREACH, ENETDOWN, EADDRNOTAVAIL, EMFILE, ENFILE};
    return std::any_of(own.begin(), own.end(),
                       [&](int number) { return error.message == describe_errno(number); });
}

}  // namespace net
