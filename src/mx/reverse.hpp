// The names of a sending address: PTR records, and whether they lead back to it (iprev, RFC 8601 section 3).
#pragma once

#include <string>
#include <vector>

#include "base/ip_address.hpp"
#include "dns/resolver.hpp"
#include "finding/verdict.hpp"

namespace mx {

inline constexpr std::size_t maximum_ptr_names = 10;  // looked at, as in RFC 7208 section 5.5

struct PtrName {
    std::string name;
    dns::Status status = dns::Status::timeout;  // of its A (for IPv4) or AAAA question
    std::vector<base::IpAddress> addresses = {};
    bool confirmed = false;  // the address is among them
};

struct Reverse {
    base::IpAddress ip;                         // IPv4-mapped is taken as IPv4
    std::string query;                          // "3.2.0.192.in-addr.arpa"
    dns::Status status = dns::Status::timeout;  // of the PTR question
    std::vector<std::string> aliases = {};      // where CNAMEs led (RFC 2317), in order
    std::vector<PtrName> names = {};            // as the answer has them
    std::size_t names_left_out = 0;             // behind maximum_ptr_names
    bool confirmed = false;                     // by one of the names: iprev is pass
    std::string helo = {};
    dns::Status helo_status = dns::Status::timeout;    // of its addresses; of no meaning without a question
    std::vector<base::IpAddress> helo_addresses = {};  // IPv4 before IPv6
    finding::Verdict verdict = finding::Verdict::unchecked;
    std::vector<finding::Finding> findings = {};
};

// Asks for the PTR records of `ip`, for the address of each name, and for both addresses of `helo`, the name
// that the server at `ip` gives in EHLO; empty = nothing to compare with. Good: a name is confirmed.
// Unchecked: a question failed, and nothing else is wrong.
net::Task<Reverse> inspect_reverse(dns::Resolver& resolver, base::IpAddress ip, std::string helo);

}  // namespace mx
