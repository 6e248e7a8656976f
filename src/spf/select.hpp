// Which TXT records are SPF records (RFC 7208 section 4.5), and which nearly are. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "dns/resolver.hpp"
#include "spf/fault.hpp"

namespace spf {

// The indexes into answer.records of the SPF records.
std::vector<std::size_t> select_records(const dns::Answer& answer);

// A text that no receiver takes for an SPF record although its writer meant one: why, and what to write.
std::optional<Fault> near_miss(std::string_view text);

// A name to begin check_host() with: at least two labels of letters, digits, hyphens and underscores, not an
// address (section 4.3). U-labels become A-labels (RFC 8616 section 4). Fault: spf-bad-domain.
Parsed<std::string> checked_domain(std::string_view text);

}  // namespace spf
