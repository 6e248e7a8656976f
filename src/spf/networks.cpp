#include "spf/networks.hpp"

#include <algorithm>
#include <array>

namespace spf {

namespace {

struct Special {
    std::string_view network;
    unsigned length;
    std::string_view use;
};

// RFC 6890 and its registries
constexpr std::array<Special, 20> specials = {
    {{"0.0.0.0", 8, "\"this network\""},
     {"10.0.0.0", 8, "private use"},
     {"100.64.0.0", 10, "carrier-grade NAT"},
     {"127.0.0.0", 8, "loopback"},
     {"169.254.0.0", 16, "link-local use"},
     {"172.16.0.0", 12, "private use"},
     {"192.0.2.0", 24, "documentation"},
     {"192.168.0.0", 16, "private use"},
     {"198.18.0.0", 15, "benchmarks"},
     {"198.51.100.0", 24, "documentation"},
     {"203.0.113.0", 24, "documentation"},
     {"224.0.0.0", 4, "multicast"},
     {"240.0.0.0", 4, "future use"},
     {"::1", 128, "loopback"},
     {"::ffff:0:0", 96, "IPv4-mapped addresses, which only ip4 matches"},
     {"fc00::", 7, "private use"},
     {"fe80::", 10, "link-local use"},
     {"ff00::", 8, "multicast"},
     {"2001:db8::", 32, "documentation"},
     {"100::", 64, "discarding"}}};

struct SpecialPrefix {
    base::IpPrefix prefix;
    std::string_view use;
};

const std::vector<SpecialPrefix>& special_prefixes() {
    static const std::vector<SpecialPrefix> all = [] {
        std::vector<SpecialPrefix> result;
        for (const auto& special : specials)
            result.push_back(
                {{base::IpAddress::parse(special.network).value(), special.length}, special.use});
        return result;
    }();
    return all;
}

}  // namespace

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

bool covers(const base::IpPrefix& outer, const base::IpPrefix& inner) {
    return outer.length <= inner.length && outer.contains(inner.address);
}

base::IpAddress first_address(const base::IpPrefix& prefix) {
    std::array<std::uint8_t, 16> bytes{};
    std::copy_n(prefix.address.data(), prefix.address.size(), bytes.begin());
    for (unsigned bit = prefix.length; bit < prefix.address.bits(); ++bit)
        bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] & ~(0x80U >> (bit % 8)));
    if (prefix.address.is_v4()) return base::IpAddress::v4({bytes[0], bytes[1], bytes[2], bytes[3]});
    return base::IpAddress::v6(bytes);
}

std::string_view special_network(const base::IpPrefix& prefix) {
    for (const auto& special : special_prefixes())
        if (covers(special.prefix, prefix)) return special.use;
    return {};
}

}  // namespace spf
