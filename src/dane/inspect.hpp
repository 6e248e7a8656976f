// DANE for SMTP (RFC 7672): the TLSA records of the hosts that take a domain's mail. Records only, no
// connection.
#pragma once

#include <string>
#include <vector>

#include "base/domain_name.hpp"
#include "dns/resolver.hpp"
#include "finding/verdict.hpp"

namespace dane {

struct Inspection {
    finding::Verdict verdict = finding::Verdict::unchecked;
    std::vector<finding::Finding> findings = {};
};

// `trust_ad`: the AD bit of the resolver counts as validation (RFC 4035 section 3.2.3): it is local, or the
// user says so.
net::Task<Inspection> inspect(dns::Resolver& resolver, base::DomainName domain, bool trust_ad);

}  // namespace dane
