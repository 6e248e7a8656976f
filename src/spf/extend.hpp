// The record of a domain with more addresses in it, to be pasted in place of the one that is there. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "spf/lint.hpp"

namespace spf {

struct Extension {
    std::string record;                       // whole, "v=spf1 ip4:192.0.2.10 include:_spf.example.net -all"
    std::vector<std::string> flattened = {};  // includes that became the networks behind them, as written
    unsigned lookups = 0;                     // in the worst case, at most ten
};

// `lint` is what lint() found for the domain, without a record too: then one is made that ends in ~all, for
// nobody knows who else sends. Addresses go to the front, where they cost no look-up and nothing before them
// can fail. Includes that lead to nothing but networks are written out, the dearest first, until ten look-ups
// are enough. nullopt: several records, one with a fault, one that could not be read to its end, or more than
// ten look-ups that cannot be saved like this.
std::optional<Extension> allow_addresses(const Lint& lint, const std::vector<base::IpAddress>& addresses);

}  // namespace spf
