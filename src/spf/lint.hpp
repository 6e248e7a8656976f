// A domain's SPF without an address: the whole tree of records, what it costs, and what is wrong with it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dns/resolver.hpp"
#include "finding/finding.hpp"
#include "spf/evaluate.hpp"
#include "spf/subtree.hpp"
#include "spf/tree.hpp"

namespace spf {

// The bounds of the walk. Past them the tree is cut: Lint::complete is false.
inline constexpr unsigned most_walked_terms = 60;
inline constexpr unsigned most_questions = 400;
inline constexpr unsigned deepest_walk = 20;

struct Lint {
    std::string domain;                          // A-labels; as given when it is no domain name
    dns::Status status = dns::Status::nxdomain;  // of the domain's own TXT look-up
    std::string detail = {};                     // the resolver's words on a failure
    std::string record = {};                     // the domain's own record, empty = none, or more than one
    Node tree;                                   // every term of every record; cost runs through all of it
    unsigned lookups = 0;                        // DNS terms in the worst case: no term matches
    unsigned void_lookups = 0;                   // terms that find nothing for a client of either family
    unsigned void_lookups_ipv6 = 0;              // terms that find nothing for an IPv6 client
    bool complete = true;              // false: something could not be asked; the counts are the least
    std::uint64_t ipv4_addresses = 0;  // allowed by ip4 terms, each counted once, at most 2^32
    std::vector<finding::Finding> findings = {};
    bool operator==(const Lint&) const = default;
};

// Follows every include and redirect, past the limit of ten as well; independent questions are asked at once.
// Never fails: what could not be asked is a finding. `domain` may be any text.
// When the time of `limits` is up nothing more is asked. `memory` outlives the task; nullptr: nothing is
// remembered.
net::Task<Lint> lint(dns::Resolver& resolver, std::string domain, Limits limits = {},
                     Memory* memory = nullptr);

}  // namespace spf
