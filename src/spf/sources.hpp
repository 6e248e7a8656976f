// All networks that a domain's SPF record lets send, whoever asks: for lists of addresses to allow.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "dns/resolver.hpp"

namespace spf {

struct Sources {
    std::set<base::IpPrefix> networks = {};  // of its pass terms, as they stand; host bits cleared
    std::vector<std::string> left_out = {};  // terms that name no networks of their own, and why; not escaped
    bool operator==(const Sources&) const = default;
};

inline constexpr std::size_t most_source_lookups = 300;  // questions for one domain

// Follows include, redirect, a and mx below the domain; the limit of ten look-ups is one of receivers and
// does not count. Half a list is worse than none: errors are unavailable: a question without an answer, no
// record or two, one with a fault or that includes itself, too many questions.
net::Task<base::Result<Sources>> find_sources(dns::Resolver& resolver, std::string domain);

}  // namespace spf
