// What is known about the networks a record lists. Pure.
#pragma once

#include <optional>

#include "base/ip_address.hpp"
#include "spf/record.hpp"

namespace spf {

// The network of ip4 or ip6.
std::optional<base::IpPrefix> network_of(const Term& term);

enum class Width {
    usual,
    wide,  // IPv4 shorter than /16, IPv6 shorter than /32
    huge,  // /8 or shorter; IPv6 /16 or shorter
};
Width width_of(const base::IpPrefix& prefix);

}  // namespace spf
