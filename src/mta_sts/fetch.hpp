// Gets the policy file (RFC 8461 section 3.3) and tells what is wrong with the way to it.
#pragma once

#include <string>

#include "base/domain_name.hpp"
#include "dns/report.hpp"
#include "http/fetcher.hpp"
#include "mta_sts/inspect.hpp"

namespace mta_sts {

// Fills url, addresses, http_status and policy_text of `inspection`. The text is empty, and `report` says
// why, unless the server answered 200.
net::Task<void> fetch_policy(dns::Resolver& resolver, http::Fetcher& fetcher, base::DomainName domain,
                             Options options, Inspection& inspection, dns::Report& report);

}  // namespace mta_sts
