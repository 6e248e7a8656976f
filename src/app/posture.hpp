// What the parts of a verification come to together: findings that need more than one of them.
#pragma once

#include "app/verify_domain.hpp"

namespace app {

// Adds to the findings of DMARC (enforcement without SPF or DKIM, domains without mail) and of SPF (mail
// hosts, where both SPF and MX were asked for). Asks only where the parts give reason to.
net::Task<void> judge_together(dns::Resolver& resolver, const VerifyRequest& request, Verification& result);

}  // namespace app
