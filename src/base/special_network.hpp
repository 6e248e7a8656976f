// The networks that are not part of the public Internet (RFC 6890 and IANA's registries of special-purpose
// addresses). Pure.
#pragma once

#include <string_view>

#include "base/ip_address.hpp"

namespace base {

// What the prefix, or the address, is set aside for: "private use", "documentation" ...; empty = public.
std::string_view special_use(const IpPrefix& prefix);
std::string_view special_use(const IpAddress& address);

}  // namespace base
