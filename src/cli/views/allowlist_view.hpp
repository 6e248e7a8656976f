// Source networks as the files of servers and firewalls, and as items of the output.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "app/allowlist.hpp"
#include "cli/listing.hpp"

namespace cli {

inline constexpr std::string_view allowlist_words[] = {"cidr", "postfix", "exim", "opensmtpd", "nft", "json"};

// The list in one of the words but json, with where it comes from and when in comments.
std::string allowlist_text(const app::Allowlist& list, std::string_view word);

output::Value allowlist_item(const app::RegionNetworks& region, base::Time at);
output::Value region_difference_item(const app::RegionDifference& difference);
std::span<const ColumnView> region_difference_columns();

output::Value region_item(const relay::Region& region);
std::span<const ColumnView> region_columns();

}  // namespace cli
