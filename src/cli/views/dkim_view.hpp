// A DKIM key as an item of the output.
#pragma once

#include <span>

#include "cli/listing.hpp"
#include "relay/relay.hpp"

namespace cli {

// `relays` are the names of those that sign with the key, see app::relays_of().
output::Value dkim_key_item(const relay::DkimKey& key, base::Time now,
                            const std::vector<std::string>& relays = {});
std::span<const ColumnView> dkim_key_columns();

// The listing, and below a table the records of these keys, to be copied from there: no column has room for
// one.
base::Result<void> print_with_records(Context& context, const Arguments& arguments, const Listing& listing,
                                      const std::vector<relay::DkimKey>& to_publish);

}  // namespace cli
