#include "net/network_error.hpp"

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

}  // namespace net
