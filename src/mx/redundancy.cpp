#include "mx/redundancy.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/text.hpp"

namespace mx {

namespace {

constexpr unsigned ipv4_network = 24;  // bits: what one provider routes as one
constexpr unsigned ipv6_network = 48;

void report_single(const dns::Name& domain, const std::vector<Target>& targets, dns::Report& report) {
    if (targets.size() != 1) return;
    report.add("mx-single", domain.to_string(), targets[0].name.to_string() + " is the only one");
}

void report_equal_preference(const dns::Name& domain, const std::vector<Target>& targets,
                             dns::Report& report) {
    std::map<std::uint16_t, std::vector<std::string>> groups;
    for (const auto& target : targets)
        groups[target.preference].push_back(target.name.to_string());
    std::vector<std::string> texts;
    for (const auto& [preference, names] : groups)
        if (names.size() > 1) texts.push_back(fmt::format("{}: {}", preference, base::join(names, ", ")));
    if (!texts.empty())
        report.add("mx-equal-preference", domain.to_string(), "preference " + base::join(texts, "; "));
}

void report_same_network(const dns::Name& domain, const std::vector<Target>& targets, dns::Report& report) {
    std::size_t hosts = 0;
    std::set<base::IpAddress> addresses;
    std::vector<base::IpPrefix> networks;
    for (const auto& target : targets) {
        const auto own = to_host(target).addresses;
        if (!own.empty()) ++hosts;
        for (const auto& address : own) {
            addresses.insert(address);
            const bool known = std::any_of(networks.begin(), networks.end(),
                                           [&](const auto& network) { return network.contains(address); });
            if (!known) networks.push_back({address, address.is_v4() ? ipv4_network : ipv6_network});
        }
    }
    const auto in_family = [&](base::IpFamily family) {
        return std::count_if(networks.begin(), networks.end(),
                             [&](const auto& network) { return network.address.family() == family; });
    };
    if (hosts < 2 || in_family(base::IpFamily::v4) > 1 || in_family(base::IpFamily::v6) > 1) return;
    const std::string first = addresses.begin()->to_string();
    report.add("mx-same-network", domain.to_string(),
               addresses.size() == 1
                   ? fmt::format("{} hosts have the one address {}", hosts, first)
                   : fmt::format("the addresses of {} hosts, {} to {}, are in one /{}", hosts, first,
                                 addresses.rbegin()->to_string(),
                                 in_family(base::IpFamily::v4) == 1 ? ipv4_network : ipv6_network));
}

}  // namespace

void report_missing_ipv6(const dns::Name& domain, const std::vector<Target>& targets, dns::Report& report) {
    bool reachable = false;
    for (const auto& target : targets) {
        if (target.kind != TargetKind::host) continue;
        if (!dns::is_missing(target.ipv6.status)) return;
        reachable = reachable || target.ipv4.status == dns::Status::found;
    }
    if (reachable) report.add("mx-no-ipv6", domain.to_string(), "no host has an AAAA record");
}

void report_redundancy(const dns::Name& domain, const std::vector<Target>& targets, dns::Report& report) {
    report_single(domain, targets, report);
    report_equal_preference(domain, targets, report);
    report_same_network(domain, targets, report);
    report_missing_ipv6(domain, targets, report);
}

}  // namespace mx
