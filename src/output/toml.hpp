// TOML text (https://toml.io/en/v1.0.0), members in their order, values before tables. Null members are left
// out: TOML has no word for them.
#pragma once

#include <string>

#include "output/value.hpp"

namespace output {

// Of an object, all of whose text is UTF-8; anything else is a bug in the caller (std::logic_error).
std::string render_toml(const Value& value);

}  // namespace output
