// A name with the zone's name behind it once more: what a panel makes of a whole name that is typed into it,
// and a zone file of one without its last dot. Pure.
#pragma once

#include <vector>

#include "dns/name.hpp"

namespace dns {

// The zones that a domain may be in: itself and what is above it, of two labels or more; the nearest first,
// at most 3.
std::vector<Name> likely_zones(const Name& domain);

// `name` below each of them. What is too long for a name is left out.
std::vector<Name> doubled_names(const Name& name, const Name& domain);

}  // namespace dns
