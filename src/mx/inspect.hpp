// Who takes a domain's mail (RFC 5321 section 5.1, RFC 7505), and the names of a sending address.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/domain_name.hpp"
#include "dns/resolver.hpp"
#include "finding/verdict.hpp"

namespace mx {

struct Host {
    std::uint16_t preference = 0;
    std::string name;                             // A-labels
    dns::Status status = dns::Status::timeout;    // of its addresses: found when it has one
    std::vector<base::IpAddress> addresses = {};  // IPv4 before IPv6
};

struct Inspection {
    dns::Status status = dns::Status::timeout;  // of the MX question
    bool null_mx = false;                       // "0 .": the domain takes no mail
    bool implicit = false;                      // no MX: the domain's own addresses count
    std::vector<Host> hosts = {};               // by preference
    finding::Verdict verdict = finding::Verdict::unchecked;
    std::vector<finding::Finding> findings = {};
};

net::Task<Inspection> inspect(dns::Resolver& resolver, base::DomainName domain);

}  // namespace mx
