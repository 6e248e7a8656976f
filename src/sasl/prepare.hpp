// SASLprep (RFC 4013): user names and passwords in the one form that both sides hash.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace sasl {

inline constexpr std::size_t max_prepared_octets = 1024;  // of the text to prepare

// Mapping, NFKC, prohibited output and the bidirectional rule, on UTF-8. Code points that Unicode 3.2 did not
// assign pass as they are. Errors: usage. They never hold the text.
base::Result<base::Secret> saslprep(std::string_view text);

}  // namespace sasl
