// Where reports go, and whether those mailboxes may get them (RFC 9990 section 4).
#pragma once

#include <string>
#include <vector>

#include "dmarc/discovery.hpp"

namespace dmarc {

enum class Authorization {
    internal,      // the same organizational domain: none needed
    authorized,    // <owner>._report._dmarc.<host> says v=DMARC1
    unauthorized,  // it does not: reports are not sent
    unverified,    // DNS failure, or the name would be too long
};
std::string_view to_string(Authorization authorization);

struct ReportDestination {
    std::string tag;   // "rua" or "ruf"
    std::string uri;   // "mailto:d@example.com"
    std::string host;  // "example.com"
    Authorization authorization = Authorization::unverified;
    bool operator==(const ReportDestination&) const = default;
};

struct ReportCheck {
    std::vector<ReportDestination> destinations;  // the mailto: URIs of the governing record, at most 10
    std::vector<finding::Finding> findings;
};

// Asks, for each destination, whether it takes mail (MX, A) and, when it is another organization's, its
// authorization.
net::Task<ReportCheck> check_reports(dns::Resolver& resolver, const Discovery& discovery);

}  // namespace dmarc
