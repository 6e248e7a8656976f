// SMTP TLS Reporting (RFC 8460): the TXT record at _smtp._tls.<domain>.
#pragma once

#include <string>
#include <vector>

#include "base/domain_name.hpp"
#include "dns/resolver.hpp"
#include "finding/verdict.hpp"

namespace tls_rpt {

struct Inspection {
    dns::Status status = dns::Status::timeout;
    std::string record = {};                     // empty = none, or more than one
    std::vector<std::string> destinations = {};  // the URIs of rua=
    finding::Verdict verdict = finding::Verdict::unchecked;
    std::vector<finding::Finding> findings = {};
};

net::Task<Inspection> inspect(dns::Resolver& resolver, base::DomainName domain);

}  // namespace tls_rpt
