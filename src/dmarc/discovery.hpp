// DMARC policy discovery and organizational domains by the DNS tree walk (RFC 9989 section 4.10).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dmarc/record.hpp"
#include "dns/resolver.hpp"
#include "finding/finding.hpp"

namespace dmarc {

enum class StepOutcome {
    record,     // exactly one valid record
    nothing,    // no TXT record, or a CNAME without end
    unrelated,  // TXT records, none a DMARC record
    invalid,    // one record that starts with v=DMARC1 and cannot be used: a tag stands twice
    several,    // more than one DMARC record: all discarded
    error,      // DNS failure: could not check
};
std::string_view to_string(StepOutcome outcome);  // "record", "nothing", ...

// One name asked.
struct Step {
    dns::Name domain;  // "mail.example.com"
    std::string name;  // "_dmarc.mail.example.com"
    StepOutcome outcome = StepOutcome::nothing;
    dns::Status status = dns::Status::timeout;
    std::string detail = {};              // the resolver's words on a failure
    std::vector<std::string> texts = {};  // every TXT record there
    std::optional<Record> record = {};    // with outcome record
    std::string record_text = {};         // with outcome record or invalid
    dns::Answer answer = {};              // as it came
};

enum class DiscoveryResult {
    found,       // a policy governs the domain
    none,        // no record after the whole walk, or one that asks for no processing
    unverified,  // a DNS failure on the way, or whether np= applies is not known
};
struct Discovery {
    dns::Name domain;         // the author domain
    std::vector<Step> steps;  // at most 8, in the order asked
    DiscoveryResult result = DiscoveryResult::unverified;
    std::optional<std::size_t> governing = {};            // index into steps, when a record was found
    std::optional<dns::Name> organizational_domain = {};  // nullopt = could not be determined (DNS failure)
    std::optional<bool> domain_exists = {};               // asked only where np= stands
    std::optional<PolicyTagUsed> tag = {};                // which tag applies, after absent ones fell back
    std::optional<Policy> published = {};                 // of that tag; none when assumed
    std::optional<Policy> effective = {};                 // after t=y
    bool assumed = false;                                 // see EffectivePolicies
    std::vector<finding::Finding> findings = {};          // about the walk and the governing record

    const Record* record() const { return governing ? &*steps[*governing].record : nullptr; }
    const Step* governing_step() const { return governing ? &steps[*governing] : nullptr; }
};

// At most 8 TXT questions for the walk, one A question where a domain below the record's must be known to
// exist. When there is no record, up to nine more: for one at a wrong name, of a wrong type, or for the
// wildcard whose text stands at its name.
net::Task<Discovery> discover(dns::Resolver& resolver, dns::Name domain);

// One question: is the governing record a wildcard's, which then answers for any name? The discovery outlives
// the task.
net::Task<std::vector<finding::Finding>> check_wildcard(dns::Resolver& resolver, const Discovery& discovery);

// The organizational domain alone (section 4.10.2). nullopt = a DNS failure left it open.
net::Task<std::optional<dns::Name>> find_organizational_domain(dns::Resolver& resolver, dns::Name domain);

}  // namespace dmarc
