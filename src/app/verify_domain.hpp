// Use case: SPF, DKIM and DMARC of one domain, by DNS; its mail hosts, their DANE records and MTA-STS when
// asked.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/checks.hpp"
#include "dane/inspect.hpp"
#include "dkim/lookup.hpp"
#include "dmarc/discovery.hpp"
#include "dmarc/public_suffix.hpp"
#include "dmarc/reports.hpp"
#include "dns/findings.hpp"
#include "finding/verdict.hpp"
#include "mta_sts/inspect.hpp"
#include "mx/inspect.hpp"
#include "mx/reverse.hpp"
#include "relay/relay.hpp"
#include "spf/evaluate.hpp"
#include "spf/lint.hpp"
#include "tls_rpt/inspect.hpp"

namespace app {

struct VerifyRequest {
    std::string domain;  // any text: what is no domain name has no policy
    Checks checks = {};
    bool report_destinations = true;         // also ask whether DMARC's reports can be delivered
    bool aliases_beside = true;              // also ask whether a CNAME stands beside a record
    bool psl = false;                        // also what a receiver of RFC 7489 finds
    std::optional<base::IpAddress> ip = {};  // check_host() for this client; nullopt = the record alone
    std::optional<std::string> mail_from =
        {};                                   // of that check; nullopt = postmaster at the domain, empty = <>
    std::string helo = {};                    // empty = the domain
    std::vector<std::string> selectors = {};  // in any form people paste
    std::vector<relay::DkimKey> keys = {};    // the store's: compared, and asked when no selector is given
    bool dkim_required = false;               // without a selector DKIM counts as unchecked, else for nothing
    bool trust_ad = false;                    // the resolver's AD bit counts as DNSSEC validation
    http::Fetcher* fetcher = nullptr;         // for MTA-STS; outlives the task
    std::string ca_file = {};                 // for MTA-STS, PEM; empty = the system's
    base::Time now = {};
    spf::Memory* spf_memory = nullptr;  // of records that many domains share; outlives the task
};

struct SpfPart {
    finding::Verdict verdict =
        finding::Verdict::unchecked;  // with an address: of the evaluation; else of the record
    spf::Lint lint;
    std::optional<spf::Query> query = {};  // of the evaluation
    std::optional<spf::Evaluation> evaluation = {};
    std::vector<finding::Finding> findings = {};  // of both
};

struct DkimPart {
    finding::Verdict verdict =
        finding::Verdict::unchecked;  // the worst of all keys; a bad one before an unchecked one
    std::vector<dkim::KeyLookup> keys = {};
    // The store's keys that sign nothing yet: among those above where they were asked for by name, or where
    // the store has no other; else not looked at.
    std::vector<std::string> pending = {};
    std::vector<finding::Finding> findings = {};
};

struct DmarcPart {
    finding::Verdict verdict = finding::Verdict::unchecked;
    dmarc::Discovery discovery;
    std::vector<dmarc::ReportDestination> destinations = {};
    std::optional<dmarc::PslView> psl = {};  // when asked for
    std::vector<finding::Finding> findings = {};
};

// Of one name whose record was read.
struct AnswerState {
    std::string name;
    dns::Security security = dns::Security::indeterminate;
};

struct Verification {
    std::string domain;  // A-labels in lower case, no trailing dot; as given when it is no domain name
    std::string domain_fault = {};        // why it is none; then dkim and dmarc are absent
    std::optional<SpfPart> spf = {};      // absent = not asked for
    std::optional<DkimPart> dkim = {};    // absent = not asked for, or no selector is known
    bool dkim_unchecked = false;          // DKIM was required, and no selector is known
    std::optional<DmarcPart> dmarc = {};  // absent = not asked for
    std::optional<mx::Inspection> mx = {};
    std::optional<mx::Reverse> reverse = {};  // with mx, when there is an address
    std::optional<mta_sts::Inspection> mta_sts = {};
    std::optional<tls_rpt::Inspection> tls_rpt = {};
    std::optional<dane::Inspection> dane = {};
    std::vector<AnswerState> answers = {};  // of SPF, DKIM and DMARC, where a record was found

    // Any bad part makes the whole bad, else any unchecked part unchecked.
    finding::Verdict verdict() const;
};

// All parts are asked at once. Never fails: what could not be asked is a verdict and a finding.
net::Task<Verification> verify_domain(dns::Resolver& resolver, VerifyRequest request);

}  // namespace app
