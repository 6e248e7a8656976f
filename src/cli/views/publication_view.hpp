// The update of a zone with a DKIM key's record as an item of the output.
#pragma once

#include "app/dkim_publish.hpp"
#include "cli/listing.hpp"

namespace cli {

output::Value publication_item(const app::Publication& publication, base::Time now, bool dry_run);
std::span<const ColumnView> publication_columns();

// The update for nsupdate(1), "server" and "send" with it; nothing when there is nothing to do.
std::vector<std::string> publication_lines(const app::PublishPlan& plan);

}  // namespace cli
