#include "spf/networks.hpp"

#include <algorithm>
#include <array>

namespace spf {

std::optional<base::IpPrefix> network_of(const Term& term) {
    const auto* directive = std::get_if<Directive>(&term);
    if (directive == nullptr) return std::nullopt;
    if (const auto* ip4 = std::get_if<Ip4>(&directive->mechanism)) return ip4->network;
    if (const auto* ip6 = std::get_if<Ip6>(&directive->mechanism)) return ip6->network;
    return std::nullopt;
}

Width width_of(const base::IpPrefix& prefix) {
    const bool v4 = prefix.address.is_v4();
    if (prefix.length <= (v4 ? 8U : 16U)) return Width::huge;
    if (prefix.length < (v4 ? 16U : 32U)) return Width::wide;
    return Width::usual;
}

}  // namespace spf
