// The name at which an address has its PTR records.
#pragma once

#include "base/ip_address.hpp"
#include "dns/name.hpp"

namespace dns {

// "4.3.2.1.in-addr.arpa" (RFC 1035 section 3.5), thirty-two nibbles below ip6.arpa (RFC 3596 section 2.5). An
// IPv4-mapped address is taken as it is: IPv6.
Name reverse_name(const base::IpAddress& ip);

}  // namespace dns
