// A route: the relays in the order in which they are tried.
#pragma once

#include "cli/listing.hpp"
#include "relay/route.hpp"

namespace cli {

std::span<const ColumnView> route_columns();
// `stands_in_for`: the name of the relay whose fallback it is; empty with every rule but chain.
output::Value route_item(const relay::Candidate& candidate, const relay::Relay& relay,
                         const relay::RelayDay& today, relay::MailType type,
                         const std::string& stands_in_for);

}  // namespace cli
