// What the hosts of a domain are worth together: how many, how far apart, in which order. Pure.
#pragma once

#include "dns/report.hpp"
#include "mx/target.hpp"

namespace mx {

// `targets`: each name once, by preference, addresses asked for.
void report_redundancy(const dns::Name& domain, const std::vector<Target>& targets, dns::Report& report);

// mx-no-ipv6, when every AAAA question was answered.
void report_missing_ipv6(const dns::Name& domain, const std::vector<Target>& targets, dns::Report& report);

}  // namespace mx
