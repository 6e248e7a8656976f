// Which address of this machine speaks to another.
#pragma once

#include <optional>

#include "base/ip_address.hpp"

namespace net {

// By the routing table: nothing is sent. nullopt where there is no route.
std::optional<base::IpAddress> own_address_towards(const base::IpAddress& remote);

}  // namespace net
