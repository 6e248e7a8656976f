// Who takes a domain's mail (RFC 5321 section 5.1, RFC 7505).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/domain_name.hpp"
#include "dns/resolver.hpp"
#include "finding/verdict.hpp"

namespace mx {

inline constexpr std::size_t maximum_hosts = 20;  // looked at; the rest is counted

struct Host {
    std::uint16_t preference = 0;
    std::string name;  // A-labels
    // Of its addresses: found when it has one. nullopt: not asked, for a name that is itself an address, for
    // localhost, and below .invalid (RFC 6761 sections 6.3 and 6.4).
    std::optional<dns::Status> status = dns::Status::timeout;
    std::vector<base::IpAddress> addresses = {};  // IPv4 before IPv6
    std::vector<std::string> aliases = {};        // where the CNAMEs of the name led, in order
};

struct Inspection {
    dns::Status status = dns::Status::timeout;  // of the MX question
    bool authentic = false;                     // the AD bit of its answer
    bool null_mx = false;                       // "0 .": the domain takes no mail
    bool implicit = false;                      // no MX: the domain's own addresses count
    std::vector<Host> hosts = {};               // by preference, each name once
    std::size_t records = 0;                    // MX records in the answer
    std::size_t hosts_left_out = 0;             // names behind maximum_hosts
    finding::Verdict verdict = finding::Verdict::unchecked;
    std::vector<finding::Finding> findings = {};
};

// Asks for the MX records, the addresses of every target at once (at most maximum_hosts), the MX records of a
// name made up below the domain, and where a target is missing for what was meant. Good: every host can be
// reached by its addresses, or the domain says rightly that it takes no mail. Unchecked: a question failed,
// and nothing else is wrong.
net::Task<Inspection> inspect(dns::Resolver& resolver, base::DomainName domain);

}  // namespace mx
