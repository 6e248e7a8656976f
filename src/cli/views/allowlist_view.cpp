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
        sources.push_back(fmt::format("{} {} of the store", region.networks.size(),
                                      region.networks.size() == 1 ? "network" : "networks"));
    return sources;
}

std::string heading(const app::Allowlist& list) {
    auto text = fmt::format("# relayctl allowlist, resolved at {}\n", base::to_rfc3339(list.at));
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

// nft(8): named sets, which rules of the same table refer to; what is declared again stays as it is, but for
// the elements. Intervals need the flag.
std::string nft_text(const std::set<base::IpPrefix>& networks) {
    std::set<base::IpPrefix> v4, v6;
    for (const auto& network : networks)
        (network.address.is_v4() ? v4 : v6).insert(network);
    std::string text =
        "table inet relayctl {\n"
        "\tset allowlist4 { type ipv4_addr; flags interval; }\n"
        "\tset allowlist6 { type ipv6_addr; flags interval; }\n"
        "}\n"
        "flush set inet relayctl allowlist4\n"
        "flush set inet relayctl allowlist6\n";
    for (const auto& [name, elements] : {std::pair("allowlist4", v4), std::pair("allowlist6", v6)})
        if (!elements.empty())
            text +=
                fmt::format("add element inet relayctl {} {{\n\t{}\n}}\n", name, joined(elements, ",\n\t"));
    return text;
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
                          {"since", difference.since ? Value(base::to_rfc3339(*difference.since)) : Value()},
                          {"changed", !difference.is_empty()},
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
