// SMTP TLS Reporting (RFC 8460): the TXT record at _smtp._tls.<domain>.
#pragma once

#include <string>
#include <vector>

#include "base/domain_name.hpp"
#include "dns/resolver.hpp"
#include "finding/verdict.hpp"

namespace tls_rpt {

struct Inspection {
    dns::Status status = dns::Status::timeout;   // of the TXT question
    std::string name = {};                       // asked: "_smtp._tls.example.com"
    std::string record = {};                     // empty = none, or more than one
    std::vector<std::string> destinations = {};  // the URIs of rua= that can be used
    finding::Verdict verdict = finding::Verdict::unchecked;
    std::vector<finding::Finding> findings = {};
};

// The record is optional: without one the verdict is good, unless something was published that was meant as
// one. Never fails.
net::Task<Inspection> inspect(dns::Resolver& resolver, base::DomainName domain);

// Is there a record at all, in order or not? For the check of MTA-STS.
enum class Presence { no, yes, unknown };
net::Task<Presence> ask_presence(dns::Resolver& resolver, base::DomainName domain);

}  // namespace tls_rpt
