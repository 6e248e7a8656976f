#include "dns/doubled_name.hpp"

namespace dns {

std::vector<Name> likely_zones(const Name& domain) {
    constexpr std::size_t most = 3;
    std::vector<Name> zones = {domain};
    while (zones.size() < most && zones.back().label_count() > 2)
        zones.push_back(zones.back().parent());
    return zones;
}

std::vector<Name> doubled_names(const Name& name, const Name& domain) {
    std::vector<Name> names;
    for (const auto& zone : likely_zones(domain)) {
        auto labels = name.labels();
        const auto more = zone.labels();
        labels.insert(labels.end(), more.begin(), more.end());
        if (auto doubled = Name::from_labels(labels)) names.push_back(std::move(*doubled));
    }
    return names;
}

}  // namespace dns
