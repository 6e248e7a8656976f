// What a receiver that still follows RFC 7489 makes of a domain: it finds the organizational domain in the
// public suffix list and walks no tree.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dmarc/discovery.hpp"

namespace dmarc {

struct PslView {
    bool is_public_suffix = false;    // the domain itself stands on the list
    dns::Name organizational_domain;  // one label below the longest suffix; of a public suffix: itself
    DiscoveryResult result = DiscoveryResult::unverified;
    std::string name = {};    // where the governing record stands, "_dmarc.example.com"; else empty
    std::string record = {};  // its text
    std::optional<PolicyTagUsed> tag = {};   // p or sp; np is unknown there
    std::optional<Policy> policy = {};       // t= is unknown there: never lowered
    std::optional<unsigned> percent = {};    // pct=, honoured there: to this part of the mail only
    std::vector<finding::Finding> findings;  // dmarc-psl-differs, where it comes to something else
};

// RFC 7489 sections 3.2 and 6.6.3, with the list of the system or, when that is older, the one libpsl was
// built with. Asks nothing when the walk of `discovery` has been at both names, else up to two questions.
net::Task<PslView> find_psl_policy(dns::Resolver& resolver, Discovery discovery);

// The organizational domain by the list alone; nullopt: the domain is itself a public suffix.
std::optional<dns::Name> find_psl_organizational_domain(const dns::Name& domain);

}  // namespace dmarc
