#include "base/network_set.hpp"

#include <vector>

namespace base {

namespace {

IpPrefix parent_of(const IpPrefix& network) {
    IpPrefix parent{.address = network.address, .length = network.length - 1};
    parent.address = parent.first_address();
    return parent;
}

}  // namespace

std::set<IpPrefix> merged(const std::set<IpPrefix>& networks) {
    // In the order of their addresses, the wider first: what covers or completes a network is the last kept.
    std::vector<IpPrefix> kept;
    for (auto network : networks) {
        network.address = network.first_address();
        if (!kept.empty() && kept.back().contains(network)) continue;
        kept.push_back(network);
        while (kept.size() > 1 && kept.back().length > 0 &&
               kept.back().length == kept[kept.size() - 2].length &&
               kept.back().address.family() == kept[kept.size() - 2].address.family() &&
               parent_of(kept.back()) == parent_of(kept[kept.size() - 2])) {
            const auto parent = parent_of(kept.back());
            kept.pop_back();
            kept.back() = parent;
        }
    }
    return {kept.begin(), kept.end()};
}

}  // namespace base
