// Numbers on the command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "cli/arguments.hpp"

namespace cli {

// A number from 1 to `most`; nullopt when the option was not given. Error: usage, naming the option.
base::Result<std::optional<unsigned>> read_count(const Arguments& arguments, std::string_view option,
                                                 unsigned most);

}  // namespace cli
