// The platform's source networks by region: what an open relay must allow, and others should.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/dry_run.hpp"
#include "base/clock.hpp"
#include "dns/resolver.hpp"
#include "relay/store.hpp"

namespace app {

struct RegionNetworks {
    relay::Region region;                    // where they come from
    std::set<base::IpPrefix> networks = {};  // merged
    std::vector<std::string> left_out = {};  // SPF terms that name no networks; not escaped
    bool operator==(const RegionNetworks&) const = default;
};

struct Allowlist {
    base::Time at = {};
    std::vector<RegionNetworks> regions = {};
    std::set<base::IpPrefix> networks() const;  // of all regions, merged
};

// The regions of those names, all where none is named. Errors: not_found, with the nearest name; when the
// store has none at all.
base::Result<std::vector<relay::Region>> choose_regions(relay::Store& store,
                                                        const std::vector<std::string>& names);

// Looks all of them up now. One that cannot be found out whole is an error, see spf::find_sources(); so is
// one without any network: unavailable.
net::Task<base::Result<Allowlist>> find_allowlist(dns::Resolver& resolver, std::vector<relay::Region> regions,
                                                  base::Time now);

struct RegionDifference {
    std::string region;
    std::optional<base::Time> since = {};  // when the snapshot was taken; nullopt = the region is new since
    std::set<base::IpPrefix> added = {};
    std::set<base::IpPrefix> removed = {};

    bool is_empty() const { return added.empty() && removed.empty(); }
    bool operator==(const RegionDifference&) const = default;
};
// Is the list of all regions, or of chosen ones only? Of all, what is not in it has gone.
enum class Extent : bool { chosen, whole };
// The list against the snapshots before it; a region that has none is new, all of it.
std::vector<RegionDifference> compare(const std::vector<relay::NetworkSnapshot>& before,
                                      const Allowlist& list, Extent extent);
base::Result<void> keep_snapshots(relay::Store& store, const Allowlist& list, Extent extent);

// What a region's sources become; an absent member stays, an empty one is none.
struct RegionSettings {
    std::optional<std::set<std::string>> spf = {};
    std::optional<std::set<base::IpPrefix>> networks = {};
};
// Makes or changes the region. False = it is so already. Errors: usage: it has no source then, or too many.
base::Result<bool> set_region(relay::Store& store, const std::string& name, const RegionSettings& settings,
                              DryRun dry_run);
base::Result<void> delete_region(relay::Store& store, const std::string& name, DryRun dry_run);  // not_found

}  // namespace app
