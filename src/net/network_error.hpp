// The words for what the network did.
#pragma once

#include <string>

#include "base/error.hpp"

namespace net {

// "connection refused", "timed out", "no route to host" ...; for a number it does not know, the system's
// text.
std::string describe_errno(int number);

inline base::Error network_error(std::string message) {
    return {.kind = base::ErrorKind::unavailable, .message = std::move(message)};
}

}  // namespace net
