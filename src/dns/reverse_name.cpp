#include "dns/reverse_name.hpp"

#include <fmt/format.h>

namespace dns {

Name reverse_name(const base::IpAddress& ip) {
    std::vector<std::string> labels;
    for (std::size_t i = ip.size(); i-- > 0;) {
        if (ip.is_v4()) {
            labels.push_back(std::to_string(ip.data()[i]));
        } else {
            labels.push_back(fmt::format("{:x}", ip.data()[i] & 0xf));
            labels.push_back(fmt::format("{:x}", ip.data()[i] >> 4));
        }
    }
    labels.emplace_back(ip.is_v4() ? "in-addr" : "ip6");
    labels.emplace_back("arpa");
    return Name::from_labels(labels).value();
}

}  // namespace dns
