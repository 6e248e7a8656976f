#include "dmarc/posture.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "dkim/key_record.hpp"
#include "dns/wildcard.hpp"
#include "spf/record.hpp"

namespace dmarc {

namespace {

using Findings = std::vector<finding::Finding>;

bool is_enforced(std::optional<Policy> policy) {
    return policy && *policy != Policy::none;
}

// Nobody may send: no record, or one whose only directive is an "all" that is no pass.
bool lets_nobody_send(const std::string& text) {
    if (text.empty()) return true;
    const auto record = spf::parse_record(text);
    if (record.has_error()) return false;
    return std::all_of(record->terms.begin(), record->terms.end(), [](const spf::Term& term) {
        const auto* directive = std::get_if<spf::Directive>(&term);
        if (directive == nullptr) return !std::holds_alternative<spf::Redirect>(term);
        return std::holds_alternative<spf::All>(directive->mechanism) &&
               directive->qualifier != spf::Qualifier::pass;
    });
}

bool is_exactly_fail_all(const std::string& text) {
    const auto record = spf::parse_record(text);
    return record.has_value() && base::lower(spf::to_string(*record)) == "v=spf1 -all";
}

bool is_revoked_key(const std::string& text) {
    const auto record = dkim::parse_key_record(text);
    return record.has_value() && record->is_revoked();
}

std::string policy_text(const std::optional<Policy>& policy) {
    return policy ? std::string(to_string(*policy)) : std::string("no policy");
}

std::string shown(const std::string& record) {
    return record.empty() ? std::string("none") : base::quoted(record);
}

}  // namespace

std::vector<finding::Finding> judge_enforcement(const EnforcementFacts& facts) {
    Findings findings;
    if (facts.dkim != false) return findings;
    const std::string policy = policy_text(facts.policy);
    if (is_enforced(facts.policy) && facts.spf == false)
        findings.push_back(finding::make("dmarc-enforced-without-authentication", facts.domain,
                                         fmt::format("{}, without working SPF and DKIM", policy)));
    else if (is_enforced(facts.policy) && facts.spf == true)
        findings.push_back(finding::make("dmarc-spf-only", facts.domain,
                                         fmt::format("{}, with SPF and no DKIM key", policy)));
    else
        findings.push_back(finding::make("dmarc-no-dkim", facts.domain, "no usable DKIM key was found"));
    return findings;
}

std::vector<finding::Finding> judge_message(const std::string& domain, const Evaluation& evaluation) {
    Findings findings;
    if (evaluation.result != EvaluationResult::pass) return findings;
    const auto passes = [&](Identifier::Mechanism mechanism) {
        return std::any_of(evaluation.identifiers.begin(), evaluation.identifiers.end(),
                           [&](const IdentifierResult& result) {
                               return result.identifier.mechanism == mechanism &&
                                      result.identifier.authentication != Authentication::fail &&
                                      result.aligned != Aligned::no;
                           });
    };
    if (!passes(Identifier::Mechanism::dkim))
        findings.push_back(finding::make("dmarc-spf-only", domain, "SPF passes aligned, DKIM does not"));
    return findings;
}

void ParkedFacts::take_spf(const spf::Lint& lint) {
    const bool missing =
        std::any_of(lint.findings.begin(), lint.findings.end(),
                    [](const finding::Finding& finding) { return finding.id == "spf-no-record"; });
    if (missing || !lint.record.empty()) spf_record = lint.record;
}

void ParkedFacts::take_policies(const Discovery& discovery) {
    policy_known = discovery.result != DiscoveryResult::unverified;
    policy = discovery.result == DiscoveryResult::found ? discovery.effective : std::nullopt;
    subdomain_policy = policy;
    nonexistent_policy = policy;
    // What a record above says of the domain, it says of the names below it too.
    if (!policy || discovery.governing != std::size_t{0}) return;
    const auto policies = effective_policies(*discovery.record());
    if (!policies) return;
    const bool testing = discovery.record()->testing;
    subdomain_policy = testing ? one_level_lower(policies->subdomain) : policies->subdomain;
    nonexistent_policy = testing ? one_level_lower(policies->nonexistent) : policies->nonexistent;
}

bool is_parked(const ParkedFacts& facts) {
    if (facts.mail == dns::MailRoute::null_mx) return true;
    return facts.mail == dns::MailRoute::none && facts.spf_record && lets_nobody_send(*facts.spf_record);
}

std::vector<finding::Finding> judge_parked(const ParkedFacts& facts) {
    Findings findings;
    if (!is_parked(facts)) return findings;
    const auto add = [&](std::string_view id, std::string observed, std::string remedy) {
        findings.push_back(finding::make(id, facts.domain, std::move(observed), std::move(remedy)));
    };
    if (facts.spf_record && !is_exactly_fail_all(*facts.spf_record))
        add("spf-parked", "the SPF record: " + shown(*facts.spf_record),
            fmt::format("{}. IN TXT \"v=spf1 -all\"", facts.domain));
    const bool rejects = facts.policy == Policy::reject && facts.subdomain_policy == Policy::reject &&
                         facts.nonexistent_policy == Policy::reject;
    if (facts.policy_known && !rejects)
        add("dmarc-parked-policy",
            fmt::format("for the domain {}, for subdomains {}, for names that do not exist {}",
                        policy_text(facts.policy), policy_text(facts.subdomain_policy),
                        policy_text(facts.nonexistent_policy)),
            fmt::format("_dmarc.{}. IN TXT \"v=DMARC1; p=reject; sp=reject; np=reject\"", facts.domain));
    if (facts.mail != dns::MailRoute::null_mx)
        add("dmarc-parked-null-mx", "no MX record and no address",
            fmt::format("{}. IN MX 0 .", facts.domain));
    if (facts.any_key && !is_revoked_key(*facts.any_key))
        add("dkim-parked-wildcard", "at a made-up selector: " + shown(*facts.any_key),
            fmt::format("*._domainkey.{}. IN TXT \"v=DKIM1; p=\"", facts.domain));
    return findings;
}

net::Task<ParkedFacts> ask_parked_facts(dns::Resolver& resolver, dns::Name domain) {
    ParkedFacts facts;
    facts.domain = domain.to_string();
    const auto route = co_await dns::ask_mail_hosts(resolver, domain);
    facts.mail = route.route;
    const auto tree = domain.child("_domainkey");
    if ((facts.mail != dns::MailRoute::null_mx && facts.mail != dns::MailRoute::none) || tree.has_error())
        co_return facts;
    const auto selector = tree->child("s1");
    if (selector.has_error()) co_return facts;
    const dns::Answer nothing;
    const auto probe = co_await dns::probe_wildcard(resolver, *selector, dns::Type::txt, nothing);
    const auto texts = probe.answer.texts();
    if (probe.answer.status == dns::Status::found || dns::is_missing(probe.answer.status))
        facts.any_key = texts.empty() ? std::string() : texts.front();
    co_return facts;
}

}  // namespace dmarc
