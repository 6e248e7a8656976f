// The mail hosts of a domain and SPF: do they have records of their own, and may they send for the domain?
#pragma once

#include <string>
#include <vector>

#include "dns/resolver.hpp"
#include "finding/finding.hpp"

namespace spf {

inline constexpr std::size_t most_mail_hosts = 10;
inline constexpr std::size_t most_host_addresses = 4;  // of each host

// Looks at the MX hosts that lie in the domain itself, and at `ehlo_names`, the names its servers greet with:
// - no SPF record at a host's name (RFC 7208 sections 2.3 and 10.1.3): spf-helo-no-record;
// - check_host() does not let a host's address send for the domain: spf-mx-not-authorised, for MX hosts of a
//   domain that has an SPF record.
// Hosts of other organizations, like those of a provider, are theirs to judge. A DNS failure is a finding of
// dns/findings.hpp. Text that is no name is passed over.
net::Task<std::vector<finding::Finding>> check_mail_hosts(dns::Resolver& resolver, std::string domain,
                                                          std::vector<std::string> ehlo_names);

}  // namespace spf
