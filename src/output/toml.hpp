// TOML text (https://toml.io/en/v1.0.0), keys sorted. Null members are left out: TOML has no word for them.
#pragma once

#include <string>

#include "output/value.hpp"

namespace output {

// Of an object; anything else is a bug in the caller (std::logic_error). Text that is no UTF-8 loses what is
// none.
std::string render_toml(const Value& value);

}  // namespace output
