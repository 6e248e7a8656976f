// What the DNS itself says of the records that a verification read: whether DNSSEC protects them, and whether
// a CNAME stands beside them.
#pragma once

#include <map>
#include <vector>

#include "app/verify_domain.hpp"

namespace app {

// What is known by now of CNAMEs beside records, by the name that was asked; a question that failed is known
// too, as no finding, and is not asked again.
using AliasesBeside = std::map<dns::Name, std::vector<finding::Finding>>;

// One question (CNAME) at a name that has TXT records, while other records are still read: judge_answers()
// then does not wait for it. Where there is no TXT record, or `request.aliases_beside` is not set, nothing.
net::Task<void> find_alias_early(dns::Resolver& resolver, const VerifyRequest& request, dns::Name name,
                                 AliasesBeside& known);

// For each name where SPF, DKIM or DMARC found its record: the question again, which the resolver's cache
// answers, and where `request.aliases_beside` says so one question (CNAME), unless `known` has the name.
// Fills result.answers, and adds dns-alias-beside-data to the parts, which are bad then.
net::Task<void> judge_answers(dns::Resolver& resolver, const VerifyRequest& request,
                              const AliasesBeside& known, Verification& result);

}  // namespace app
