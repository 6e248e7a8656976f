// The DNS tree walk (RFC 9989 section 4.10). Internal to this room.
#pragma once

#include <optional>
#include <vector>

#include "dmarc/discovery.hpp"

namespace dmarc {

// Asks from the domain upwards, at most 8 names; stops at psd=y, psd=n and at a DNS failure.
net::Task<std::vector<Step>> walk_tree(dns::Resolver& resolver, dns::Name domain);

// Section 4.10.2. nullopt = a DNS failure left it open.
std::optional<dns::Name> select_organizational_domain(const dns::Name& domain,
                                                      const std::vector<Step>& steps);

}  // namespace dmarc
