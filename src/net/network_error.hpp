// The words for what the network did.
#pragma once

#include <string>

#include "base/error.hpp"

namespace net {

// "connection refused", "timed out", "no route to host" ...; for a number it does not know, the system's
// text.
std::string describe_errno(int number);

// Is it a connection's Error that this machine alone is to blame for, as it has no network, or no address or
// descriptor left? No host can be told to be down by it. (A host that nobody answers for, EHOSTUNREACH, can.)
bool is_own_fault(const base::Error& error);

inline base::Error network_error(std::string message) {
    return {.kind = base::ErrorKind::unavailable, .message = std::move(message)};
}

}  // namespace net
