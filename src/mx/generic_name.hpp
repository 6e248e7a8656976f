// Names that providers give to the addresses of a pool. Pure.
#pragma once

#include <optional>
#include <string>

#include "base/ip_address.hpp"
#include "dns/name.hpp"

namespace mx {

// Why receivers would take the name for one of a pool: "it holds the address", "it holds the word dsl". Only
// the labels left of the last two are read. nullopt for a name that somebody chose. A rule of thumb.
std::optional<std::string> generic_reason(const dns::Name& name, const base::IpAddress& ip);

}  // namespace mx
