#include "app/allowlist.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "base/network_set.hpp"
#include "base/text.hpp"
#include "spf/sources.hpp"

namespace app {

namespace {

base::Error no_such_region(const std::vector<relay::Region>& regions, const std::string& name) {
    std::vector<std::string> names;
    for (const auto& region : regions)
        names.push_back(region.name);
    const auto nearest = base::nearest(name, names);
    return {.kind = base::ErrorKind::not_found,
            .message = "there is no region " + base::quoted(name) + " in the store",
            .hint = nearest ? "did you mean " + *nearest + "?" : "relayctl config region list"};
}

const relay::Region* find_region(const std::vector<relay::Region>& regions, const std::string& name) {
    for (const auto& region : regions)
        if (region.name == name) return &region;
    return nullptr;
}

}  // namespace

std::set<base::IpPrefix> Allowlist::networks() const {
    std::set<base::IpPrefix> all;
    for (const auto& region : regions)
        all.insert(region.networks.begin(), region.networks.end());
    return base::merged(all);
}

base::Result<std::vector<relay::Region>> choose_regions(relay::Store& store,
                                                        const std::vector<std::string>& names) {
    TRY(auto regions, store.regions());
    if (regions.empty())
        return base::Error{
            .kind = base::ErrorKind::not_found,
            .message = "the store knows no region: where the platform's mail comes from is not set",
            .hint = "relayctl config region set eu --spf NAME --network CIDR"};
    if (names.empty()) return regions;
    std::vector<relay::Region> chosen;
    for (const auto& name : names) {
        const auto* region = find_region(regions, name);
        if (region == nullptr) return no_such_region(regions, name);
        if (find_region(chosen, name) == nullptr) chosen.push_back(*region);
    }
    return chosen;
}

net::Task<base::Result<Allowlist>> find_allowlist(dns::Resolver& resolver, std::vector<relay::Region> regions,
                                                  base::Time now) {
    Allowlist list{.at = now};
    for (auto& region : regions) {
        RegionNetworks found{.region = region};
        auto networks = region.networks;
        for (const auto& name : region.spf) {
            auto sources = co_await spf::find_sources(resolver, name);
            if (sources.has_error())
                co_return std::move(sources).error().with_context("region " + region.name);
            networks.insert(sources->networks.begin(), sources->networks.end());
            std::move(sources->left_out.begin(), sources->left_out.end(), std::back_inserter(found.left_out));
        }
        found.networks = base::merged(networks);
        if (found.networks.empty())
            co_return base::Error{
                .kind = base::ErrorKind::unavailable,
                .message = fmt::format("region {} has no network: {}", region.name,
                                       found.left_out.empty() ? std::string("none of its names lets any send")
                                                              : base::join(found.left_out, "; ")),
                .hint = fmt::format("relayctl config region set {} --network CIDR", region.name)};
        list.regions.push_back(std::move(found));
    }
    co_return list;
}

namespace {

std::set<base::IpPrefix> without(const std::set<base::IpPrefix>& networks,
                                 const std::set<base::IpPrefix>& others) {
    std::set<base::IpPrefix> left;
    std::set_difference(networks.begin(), networks.end(), others.begin(), others.end(),
                        std::inserter(left, left.end()));
    return left;
}

bool holds(const Allowlist& list, const std::string& region) {
    return std::any_of(list.regions.begin(), list.regions.end(),
                       [&](const RegionNetworks& found) { return found.region.name == region; });
}

}  // namespace

std::vector<RegionDifference> compare(const std::vector<relay::NetworkSnapshot>& before,
                                      const Allowlist& list, Extent extent) {
    std::vector<RegionDifference> differences;
    for (const auto& now : list.regions) {
        const auto& name = now.region.name;
        const auto old = std::find_if(before.begin(), before.end(),
                                      [&](const auto& snapshot) { return snapshot.region == name; });
        if (old == before.end())
            differences.push_back({.region = name, .added = now.networks});
        else
            differences.push_back({.region = name,
                                   .since = old->taken_at,
                                   .added = without(now.networks, old->networks),
                                   .removed = without(old->networks, now.networks)});
    }
    if (extent == Extent::whole)
        for (const auto& old : before)
            if (!holds(list, old.region))
                differences.push_back({.region = old.region, .since = old.taken_at, .removed = old.networks});
    return differences;
}

base::Result<void> keep_snapshots(relay::Store& store, const Allowlist& list, Extent extent) {
    TRY(auto transaction, relay::Transaction::begin(store));
    TRY(const auto before, store.network_snapshots());
    for (const auto& old : before)
        if (extent == Extent::whole && !holds(list, old.region))
            TRY_VOID(store.delete_network_snapshot(old.region));
    for (const auto& region : list.regions)
        TRY_VOID(store.set_network_snapshot(
            {.region = region.region.name, .taken_at = list.at, .networks = region.networks}));
    return transaction.commit();
}

base::Result<bool> set_region(relay::Store& store, const std::string& name, const RegionSettings& settings,
                              DryRun dry_run) {
    TRY(auto transaction, relay::Transaction::begin(store));
    TRY(const auto regions, store.regions());
    const auto* before = find_region(regions, name);
    relay::Region region = before == nullptr ? relay::Region{.name = name} : *before;
    if (settings.spf) region.spf = *settings.spf;
    if (settings.networks) region.networks = *settings.networks;
    if (region.spf.empty() && region.networks.empty())
        return base::usage_error(
            "region " + name + " would have no source",
            "give --spf NAME or --network CIDR, or: relayctl config region unset " + name);
    if (region.spf.size() + region.networks.size() > relay::most_region_sources)
        return base::usage_error(
            fmt::format("a region has at most {} names and networks", relay::most_region_sources));
    if (before != nullptr && *before == region) return false;
    TRY_VOID(store.set_region(region));
    if (dry_run == DryRun::no) TRY_VOID(transaction.commit());
    return true;
}

base::Result<void> delete_region(relay::Store& store, const std::string& name, DryRun dry_run) {
    TRY(auto transaction, relay::Transaction::begin(store));
    TRY(const auto regions, store.regions());
    if (find_region(regions, name) == nullptr) return no_such_region(regions, name);
    TRY_VOID(store.delete_region(name));
    if (dry_run == DryRun::no) TRY_VOID(transaction.commit());
    return {};
}

}  // namespace app
