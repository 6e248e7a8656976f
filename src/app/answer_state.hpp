// What the DNS itself says of the records that a verification read: whether DNSSEC protects them, and whether
// a CNAME stands beside them.
#pragma once

#include "app/verify_domain.hpp"

namespace app {

// For each name where SPF, DKIM or DMARC found its record: the question again, which the resolver's cache
// answers, and where `request.aliases_beside` says so one question (CNAME). Fills result.answers, and adds
// dns-alias-beside-data to the parts, which are bad then.
net::Task<void> judge_answers(dns::Resolver& resolver, const VerifyRequest& request, Verification& result);

}  // namespace app
