// Sets of networks in their shortest form. Pure.
#pragma once

#include <set>

#include "base/ip_address.hpp"

namespace base {

// The same addresses by the fewest networks: those that lie in another go, and two halves become one.
std::set<IpPrefix> merged(const std::set<IpPrefix>& networks);

}  // namespace base
