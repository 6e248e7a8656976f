#include "base/special_network.hpp"

#include <array>
#include <vector>

namespace base {

namespace {

struct Special {
    std::string_view network;
    unsigned length;
    std::string_view use;
};

constexpr std::array<Special, 25> specials = {{{"0.0.0.0", 8, "\"this network\""},
                                               {"10.0.0.0", 8, "private use"},
                                               {"100.64.0.0", 10, "carrier-grade NAT"},
                                               {"127.0.0.0", 8, "loopback"},
                                               {"169.254.0.0", 16, "link-local use"},
                                               {"172.16.0.0", 12, "private use"},
                                               {"192.0.0.0", 24, "protocol assignments"},
                                               {"192.0.2.0", 24, "documentation"},
                                               {"192.168.0.0", 16, "private use"},
                                               {"198.18.0.0", 15, "benchmarks"},
                                               {"198.51.100.0", 24, "documentation"},
                                               {"203.0.113.0", 24, "documentation"},
                                               {"224.0.0.0", 4, "multicast"},
                                               {"240.0.0.0", 4, "future use"},
                                               {"::", 128, "\"this host\""},
                                               {"::1", 128, "loopback"},
                                               {"::ffff:0:0", 96, "IPv4-mapped addresses"},
                                               {"64:ff9b:1::", 48, "local translation"},
                                               {"100::", 64, "discarding"},
                                               {"2001:db8::", 32, "documentation"},
                                               {"3fff::", 20, "documentation"},
                                               {"fc00::", 7, "private use"},
                                               {"fe80::", 10, "link-local use"},
                                               {"fec0::", 10, "private use"},
                                               {"ff00::", 8, "multicast"}}};

struct SpecialPrefix {
    IpPrefix prefix;
    std::string_view use;
};

const std::vector<SpecialPrefix>& special_prefixes() {
    static const std::vector<SpecialPrefix> all = [] {
        std::vector<SpecialPrefix> result;
        for (const auto& special : specials)
            result.push_back({{IpAddress::parse(special.network).value(), special.length}, special.use});
        return result;
    }();
    return all;
}

}  // namespace

std::string_view special_use(const IpPrefix& prefix) {
    for (const auto& special : special_prefixes())
        if (special.prefix.contains(prefix)) return special.use;
    return {};
}

std::string_view special_use(const IpAddress& address) {
    return special_use(IpPrefix{address, address.bits()});
}

}  // namespace base
