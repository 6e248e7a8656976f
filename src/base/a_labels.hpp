// Names with U-labels as the DNS has them (RFC 5890 section 2.3.2.1).
#pragma once

#include <string>
#include <string_view>

namespace base {

// ASCII is left as it is, and so is what cannot be converted.
std::string to_a_labels(std::string_view text);

}  // namespace base
