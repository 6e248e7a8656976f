#include "cli/views/allowlist_view.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace cli {

using output::Value;

namespace {

constexpr ColumnView difference_columns[] = {
    {.key = "region", .title = "REGION", .never_cut = true},
    {.key = "since", .title = "SINCE", .never_cut = true},
    {.key = "added", .title = "ADDED", .never_cut = true},
    {.key = "removed", .title = "REMOVED", .never_cut = true},
};

constexpr ColumnView columns[] = {
    {.key = "name", .title = "REGION", .never_cut = true},
    {.key = "spf", .title = "SPF", .never_cut = true},
    {.key = "networks", .title = "NETWORKS", .never_cut = true},
};

template <class Set>
Value texts_of(const Set& things) {
    Value list = Value::array();
    for (const auto& thing : things) {
        if constexpr (std::is_same_v<typename Set::value_type, std::string>)
            list.push_back(thing);
        else
            list.push_back(thing.to_string());
    }
    return list;
}

std::vector<std::string> sources_of(const relay::Region& region) {
    std::vector<std::string> sources;
    for (const auto& name : region.spf)
        sources.push_back("SPF of " + name);
    if (!region.networks.empty())
        sources.push_back(fmt::format("{} networks of the store", region.networks.size()));
    return sources;
}

std::string heading(const app::Allowlist& list) {
    auto text = fmt::format("# relayctl allowlist, {}\n", base::to_rfc3339(list.at));
    for (const auto& region : list.regions)
        text +=
            fmt::format("# region {}: {}\n", region.region.name, base::join(sources_of(region.region), ", "));
    return text;
}

std::string lines(const std::set<base::IpPrefix>& networks, std::string_view behind) {
    std::string text;
    for (const auto& network : networks)
        text += fmt::format("{}{}\n", network.to_string(), behind);
    return text;
}

std::string joined(const std::set<base::IpPrefix>& networks, std::string_view between) {
    std::string text;
    for (const auto& network : networks)
        text += fmt::format("{}{}", text.empty() ? "" : between, network.to_string());
    return text;
}

// nft(8): a named set of each family. Intervals need the flag, and an empty list of elements is none.
std::string nft_set(std::string_view name, std::string_view type, const std::set<base::IpPrefix>& networks) {
    const auto elements = networks.empty() ? ""
                                           : fmt::format("\n\t\telements = {{\n\t\t\t{}\n\t\t}}",
                                                         joined(networks, ",\n\t\t\t"));
    return fmt::format("\tset {} {{\n\t\ttype {}\n\t\tflags interval{}\n\t}}\n", name, type, elements);
}

std::string nft_text(const std::set<base::IpPrefix>& networks) {
    std::set<base::IpPrefix> v4, v6;
    for (const auto& network : networks)
        (network.address.is_v4() ? v4 : v6).insert(network);
    return "table inet relayctl\ndelete table inet relayctl\ntable inet relayctl {\n" +
           nft_set("allowlist4", "ipv4_addr", v4) + nft_set("allowlist6", "ipv6_addr", v6) + "}\n";
}

}  // namespace

std::string allowlist_text(const app::Allowlist& list, std::string_view word) {
    const auto networks = list.networks();
    const auto head = heading(list);
    if (word == "postfix") return head + lines(networks, " OK");  // cidr_table(5)
    // Exim's lists are parted by colons unless another character is named first, and IPv6 has colons.
    if (word == "exim") return head + "hostlist relayctl_allowlist = <; " + joined(networks, " ; ") + "\n";
    if (word == "nft") return head + nft_text(networks);
    return head + lines(networks, "");  // cidr; opensmtpd: table(5)
}

Value allowlist_item(const app::RegionNetworks& region, base::Time at) {
    Value left_out = Value::array();
    for (const auto& text : region.left_out)
        left_out.push_back(text);
    return Value::object({{"region", region.region.name},
                          {"at", base::to_rfc3339(at)},
                          {"spf", texts_of(region.region.spf)},
                          {"stored_networks", texts_of(region.region.networks)},
                          {"networks", texts_of(region.networks)},
                          {"left_out", std::move(left_out)}});
}

Value region_difference_item(const app::RegionDifference& difference) {
    return Value::object({{"region", difference.region},
                          {"since", base::to_rfc3339(difference.since)},
                          {"changed", !difference.added.empty() || !difference.removed.empty()},
                          {"added", texts_of(difference.added)},
                          {"removed", texts_of(difference.removed)}});
}

std::span<const ColumnView> region_difference_columns() {
    return difference_columns;
}

Value region_item(const relay::Region& region) {
    return Value::object(
        {{"name", region.name}, {"spf", texts_of(region.spf)}, {"networks", texts_of(region.networks)}});
}

std::span<const ColumnView> region_columns() {
    return columns;
}

}  // namespace cli
