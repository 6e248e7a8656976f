// add and edit: no fallback is set up through which mail fails DMARC unseen.
#pragma once

#include <string_view>

#include "app/declaration.hpp"
#include "app/relays.hpp"
#include "cli/arguments.hpp"
#include "cli/context.hpp"

namespace cli {

// Asks the DNS, with one cache for all its calls. What could not be told is a notice. Error: conflict, when
// mail would pass DMARC through the first relay and fail through its fallback; the hint names what allows it.
// All that is given outlives it.
app::ReviewRelay fallback_review(Context& context, const Arguments& arguments, relay::Store& store,
                                 std::string_view allowed_by);

// For add and edit: empty with --allow-unaligned-fallback.
app::ReviewRelay fallback_review(Context& context, const Arguments& arguments, relay::Store& store);

// For apply: the relays that are to be reviewed, for a bounded time; those left over are a notice.
base::Result<void> review_fallbacks(Context& context, const Arguments& arguments, relay::Store& store,
                                    const app::Applied& meant);

}  // namespace cli
