// MTA Strict Transport Security (RFC 8461): the TXT record, the policy behind it, and the MX hosts it covers.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/domain_name.hpp"
#include "dns/resolver.hpp"
#include "finding/verdict.hpp"
#include "http/fetcher.hpp"
#include "mta_sts/policy.hpp"

namespace mta_sts {

// What an earlier check saw.
struct Seen {
    std::string id;
    std::string policy;  // the file's text
};

struct Options {
    std::string ca_file = {};          // PEM; empty = the system's
    std::chrono::seconds timeout{20};  // for the policy, from connecting to its last octet
    std::uint16_t port = 443;          // for tests
    std::optional<Seen> earlier = {};  // to tell a changed policy under the same id
};

struct HostMatch {
    std::string name;          // of an MX host, A-labels
    std::string pattern = {};  // the first that covers it; empty = none does
    bool operator==(const HostMatch&) const = default;
};

struct Inspection {
    dns::Status status = dns::Status::timeout;    // of the TXT question
    std::string name = {};                        // asked: "_mta-sts.example.com"
    std::string record = {};                      // empty = none, or more than one
    std::string id = {};                          // empty when the record is not in order
    std::string url = {};                         // of the policy; empty when it was not asked for
    std::vector<base::IpAddress> addresses = {};  // of the policy's host, IPv4 first
    unsigned http_status = 0;                     // 0 = no response
    std::string policy_text = {};                 // as fetched with status 200
    std::optional<Policy> policy = {};            // what could be read of it
    std::vector<HostMatch> hosts =
        {};  // by preference, at most 100; empty = no policy, hosts not known, or none
    finding::Verdict verdict = finding::Verdict::unchecked;
    std::vector<finding::Finding> findings = {};
};

// MTA-STS is optional: a domain without a record is good, unless something was published that was meant as
// one. Never fails: what could not be asked is a verdict and a finding.
net::Task<Inspection> inspect(dns::Resolver& resolver, http::Fetcher& fetcher, base::DomainName domain,
                              Options options);
// With the defaults. (g++ 12 would destroy a default argument twice in a co_await.)
net::Task<Inspection> inspect(dns::Resolver& resolver, http::Fetcher& fetcher, base::DomainName domain);

}  // namespace mta_sts
