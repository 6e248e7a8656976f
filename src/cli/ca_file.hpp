// The value of --ca-file.
#pragma once

#include <string>

#include "base/result.hpp"

namespace cli {

// The absolute path of a PEM file with certificates; "none" = empty, which takes a value away. Errors: usage.
base::Result<std::string> parse_ca_file(const std::string& text);

}  // namespace cli
