#include "app/posture.hpp"

#include <algorithm>

#include "dmarc/posture.hpp"
#include "spf/mail_hosts.hpp"

namespace app {

namespace {

void append(std::vector<finding::Finding>& to, std::vector<finding::Finding> from) {
    for (auto& finding : from)
        to.push_back(std::move(finding));
}

// Whether mail of the domain can pass SPF at all, as far as its record tells.
std::optional<bool> can_pass_spf(const Verification& result) {
    if (!result.spf || result.spf->verdict == finding::Verdict::unchecked) return {};
    const auto& lint = result.spf->lint;
    if (dns::is_temporary(lint.status)) return {};
    return !lint.record.empty() && !finding::has_error(lint.findings);
}

std::optional<bool> has_dkim_key(const Verification& result) {
    if (!result.dkim) return {};
    const auto& keys = result.dkim->keys;
    const auto is = [&](finding::Verdict verdict) {
        return std::any_of(keys.begin(), keys.end(), [&](const auto& key) { return key.verdict == verdict; });
    };
    if (is(finding::Verdict::good)) return true;
    return is(finding::Verdict::unchecked) ? std::optional<bool>() : false;
}

// No term of the record but "all": then nobody may send, or everybody.
bool names_nobody(const spf::Lint& lint) {
    if (lint.status != dns::Status::found && !dns::is_missing(lint.status)) return false;
    return lint.tree.children.size() <= 1 && lint.lookups == 0 && lint.ipv4_addresses == 0;
}

finding::Finding* finding_of(std::vector<finding::Finding>& findings, std::string_view id) {
    const auto found = std::find_if(findings.begin(), findings.end(),
                                    [&](const finding::Finding& finding) { return finding.id == id; });
    return found == findings.end() ? nullptr : &*found;
}

void drop(std::vector<finding::Finding>& findings, std::string_view id) {
    std::erase_if(findings, [&](const finding::Finding& finding) { return finding.id == id; });
}

// One record is proposed, not p=none and p=reject; and the wildcard that a parked domain wants, which revokes
// the key of every selector, is no fault.
void settle_parked(const dmarc::ParkedFacts& facts, std::vector<finding::Finding> parked,
                   Verification& result) {
    const auto* policy = finding_of(parked, "dmarc-parked-policy");
    auto* missing = finding_of(result.dmarc->findings, "dmarc-no-record");
    if (policy != nullptr && missing != nullptr) {
        missing->remedy = policy->remedy;
        drop(parked, "dmarc-parked-policy");
    }
    if (result.dkim && facts.any_key && finding_of(parked, "dkim-parked-wildcard") == nullptr) {
        drop(result.dkim->findings, "dns-wildcard");
        for (auto& key : result.dkim->keys)
            drop(key.findings, "dns-wildcard");
    }
    append(result.dmarc->findings, std::move(parked));
}

// Is the domain one without mail?
net::Task<bool> judge_parked(dns::Resolver& resolver, const dns::Name& name, Verification& result) {
    if (!result.spf || !names_nobody(result.spf->lint)) co_return false;
    auto facts = co_await dmarc::ask_parked_facts(resolver, name);
    facts.take_spf(result.spf->lint);
    facts.take_policies(result.dmarc->discovery);
    if (!dmarc::is_parked(facts)) co_return false;
    settle_parked(facts, dmarc::judge_parked(facts), result);
    co_return true;
}

}  // namespace

net::Task<void> judge_together(dns::Resolver& resolver, const VerifyRequest& request, Verification& result) {
    const auto name = dns::Name::parse(result.domain);
    if (name.has_error() || !result.domain_fault.empty()) co_return;
    if (result.spf && result.mx) {
        const std::vector<std::string> greeted =
            request.helo.empty() ? std::vector<std::string>() : std::vector<std::string>(1, request.helo);
        auto findings = co_await spf::check_mail_hosts(resolver, result.domain, greeted);
        append(result.spf->findings, std::move(findings));
    }
    if (!result.dmarc || result.dmarc->discovery.result == dmarc::DiscoveryResult::unverified) co_return;
    bool parked = false;
    if (request.report_destinations) parked = co_await judge_parked(resolver, *name, result);
    // Of a domain without mail, that nothing passes is what is wanted.
    if (!parked && result.dmarc->discovery.record() != nullptr)
        append(result.dmarc->findings, dmarc::judge_enforcement({.domain = result.domain,
                                                                 .policy = result.dmarc->discovery.effective,
                                                                 .spf = can_pass_spf(result),
                                                                 .dkim = has_dkim_key(result)}));
}

}  // namespace app
