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

net::Task<void> judge_parked(dns::Resolver& resolver, const dns::Name& name, Verification& result) {
    if (!result.spf || !names_nobody(result.spf->lint)) co_return;
    auto facts = co_await dmarc::ask_parked_facts(resolver, name);
    facts.take_spf(result.spf->lint);
    facts.take_policies(result.dmarc->discovery);
    append(result.dmarc->findings, dmarc::judge_parked(facts));
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
    if (result.dmarc->discovery.record() != nullptr)
        append(result.dmarc->findings, dmarc::judge_enforcement({.domain = result.domain,
                                                                 .policy = result.dmarc->discovery.effective,
                                                                 .spf = can_pass_spf(result),
                                                                 .dkim = has_dkim_key(result)}));
    if (request.report_destinations) co_await judge_parked(resolver, *name, result);
}

}  // namespace app
