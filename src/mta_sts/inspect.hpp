// MTA Strict Transport Security (RFC 8461): the TXT record, the policy behind it, and the MX hosts it covers.
#pragma once

#include "base/domain_name.hpp"
#include "dns/resolver.hpp"
#include "finding/verdict.hpp"
#include "http/fetcher.hpp"

namespace mta_sts {

struct Inspection {
    dns::Status status = dns::Status::timeout;  // of the TXT question
    std::string record = {};                    // empty = none, or more than one
    finding::Verdict verdict = finding::Verdict::unchecked;
    std::vector<finding::Finding> findings = {};
};

net::Task<Inspection> inspect(dns::Resolver& resolver, http::Fetcher& fetcher, base::DomainName domain);

}  // namespace mta_sts
