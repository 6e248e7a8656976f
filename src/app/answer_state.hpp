// What the DNS itself says of the records that a verification read: whether DNSSEC protects them, and whether
// a CNAME stands beside them.
#pragma once

#include "app/verify_domain.hpp"

namespace app {

// For each name where SPF, DKIM or DMARC found its record: the question again, which the resolver's cache
// answers, and where `request.aliases_beside` says so one question (CNAME). Fills result.answers, and adds
// dns-alias-beside-data to the parts, which are bad then.
net::Task<void> judge_answers(dns::Resolver& resolver, const VerifyRequest& request, Verification& result);

// The question beside a record at this name, while other records are still read: judge_answers() then waits
// for nobody. Nothing is asked where `request.aliases_beside` is not set.
net::Task<void> ask_beside_early(dns::Resolver& resolver, const VerifyRequest& request, dns::Name name);

}  // namespace app
