// DANE for SMTP (RFC 7672): the TLSA records of the hosts that take a domain's mail. Records only, no
// connection.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/domain_name.hpp"
#include "dns/resolver.hpp"
#include "finding/verdict.hpp"

namespace dane {

inline constexpr std::size_t most_hosts = 20;    // asked about, by preference
inline constexpr std::size_t most_records = 50;  // read for one host

struct Host {
    std::uint16_t preference = 0;
    std::string name;                           // A-labels, as the MX record has it
    dns::Status status = dns::Status::timeout;  // of its TLSA question; of its addresses when it has none
    std::string tlsa_name = {};                 // "_25._tcp.mx.example.com"; empty = not asked
    std::vector<std::string> records = {};      // presentation format: "3 1 1 2bb1..."
    std::optional<bool> secure = {};            // host and TLSA answer are signed; nullopt = not known
    bool usable = false;                        // a record that a sender may use, were it secure
};

struct Inspection {
    dns::Status status = dns::Status::timeout;  // of the MX question
    std::optional<bool> mx_secure = {};         // the MX answer is signed; nullopt = AD is not trusted
    bool null_mx = false;                       // "0 .": the domain takes no mail
    bool implicit = false;                      // no MX: the domain itself is the host
    std::vector<Host> hosts = {};               // by preference, then name
    finding::Verdict verdict = finding::Verdict::unchecked;
    std::vector<finding::Finding> findings = {};
};

// `trust_ad`: the AD bit of the resolver counts as validation (RFC 4035 section 3.2.3): it is local, or the
// user says so. Nothing is claimed about DNSSEC otherwise. No TLSA records at all is a good verdict.
net::Task<Inspection> inspect(dns::Resolver& resolver, base::DomainName domain, bool trust_ad);

}  // namespace dane
