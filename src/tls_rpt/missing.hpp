// Why a record is not where it belongs, for the records that stand at a name of their own below the domain
// (TLSRPT, MTA-STS).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/domain_name.hpp"
#include "dns/report.hpp"

namespace tls_rpt {

struct Missing {
    base::DomainName domain;
    std::string name;                           // where it belongs: "_smtp._tls.example.com"
    dns::Status status = dns::Status::no_data;  // of the question there
    std::vector<std::string> places = {};       // where it is looked for
    bool (*is_record)(std::string_view) = {};   // is a text of such a place one?
    std::string_view no_domain_id = {};         // the findings
    std::string_view misplaced_id = {};
    std::string_view no_record_id = {};
    std::string remedy = {};  // of no_record_id; empty = the catalogue's
};

// One question for the domain and one for each place. Adds one finding, or one for each place that has the
// record: the domain does not exist, the record was published elsewhere, or there is none.
net::Task<void> explain_missing(dns::Resolver& resolver, Missing missing, dns::Report& report);

}  // namespace tls_rpt
