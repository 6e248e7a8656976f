// A table on a terminal that is too narrow for all its columns, however they are cut.
#pragma once

#include <span>
#include <string_view>

#include "cli/listing.hpp"

namespace cli {

// print_listing(); in a table whose columns nobody chose, those of `least_first` are left out, the first of
// them first and only as many as must be.
base::Result<void> print_narrowed(Context& context, const Arguments& arguments, const Listing& listing,
                                  std::span<const std::string_view> least_first);

}  // namespace cli
