#include "dmarc/discovery.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "dmarc/inspect.hpp"
#include "dmarc/tree_walk.hpp"
#include "dns/doubled_name.hpp"
#include "dns/findings.hpp"
#include "dns/wildcard.hpp"
#include "dns/wrong_type.hpp"
#include "finding/retell.hpp"
#include "finding/verdict.hpp"

namespace dmarc {

namespace {

void add(Discovery& discovery, std::string_view id, std::string subject, std::string observed,
         std::string remedy = {}) {
    discovery.findings.push_back(
        finding::make(id, std::move(subject), std::move(observed), std::move(remedy)));
}

void append(std::vector<finding::Finding>& to, std::vector<finding::Finding> from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

std::string failure_text(const Step& step) {
    return step.detail.empty() ? std::string(dns::to_string(step.status)) : step.detail;
}

std::optional<std::size_t> find_step(const Discovery& discovery, const dns::Name& domain) {
    for (std::size_t i = 0; i < discovery.steps.size(); ++i)
        if (discovery.steps[i].record && discovery.steps[i].domain == domain) return i;
    return std::nullopt;
}

// Section 4.10.1: the author domain's record, else the organizational domain's, else the public suffix's.
std::optional<std::size_t> select_governing(const Discovery& discovery) {
    if (!discovery.steps.empty() && discovery.steps.front().record) return 0;
    if (!discovery.organizational_domain) return std::nullopt;
    if (auto step = find_step(discovery, *discovery.organizational_domain)) return step;
    if (!discovery.steps.empty() && discovery.steps.back().record &&
        discovery.steps.back().record->public_suffix == PublicSuffix::yes)
        return discovery.steps.size() - 1;
    return std::nullopt;
}

std::string names_asked(const Discovery& discovery) {
    std::vector<std::string> names;
    for (const auto& step : discovery.steps)
        names.push_back(step.name);
    return base::join(names, ", ");
}

// Which of p, sp and np applies, when the record is not the domain's own.
PolicyTagUsed select_tag(const Record& record, bool exists) {
    if (!exists && record.nonexistent_policy.policy) return PolicyTagUsed::np;
    return record.subdomain_policy.policy ? PolicyTagUsed::sp : PolicyTagUsed::p;
}

// RFC 8020: NXDOMAIN, and only that, says that the domain does not exist (section 3.2.13).
net::Task<std::optional<bool>> ask_existence(dns::Resolver& resolver, dns::Name domain) {
    const dns::Question question{domain, dns::Type::a};
    const auto answer = co_await resolver.query(question);
    if (answer.status == dns::Status::nxdomain) co_return false;
    if (dns::is_temporary(answer.status)) co_return std::nullopt;
    co_return true;
}

net::Task<void> apply_policy(dns::Resolver& resolver, Discovery& discovery) {
    const auto& record = *discovery.record();
    const auto policies = effective_policies(record);
    if (!policies) {
        discovery.result = DiscoveryResult::none;
        co_return;
    }
    discovery.result = DiscoveryResult::found;
    discovery.assumed = policies->assumed;
    discovery.tag = PolicyTagUsed::p;
    if (*discovery.governing != 0 && !policies->assumed) {
        if (record.nonexistent_policy.policy)
            discovery.domain_exists = co_await ask_existence(resolver, discovery.domain);
        discovery.tag = select_tag(record, discovery.domain_exists.value_or(true));
        if (policies->subdomain != policies->nonexistent && !discovery.domain_exists) {
            add(discovery, "dmarc-not-checked", discovery.domain.to_string(),
                fmt::format("whether the domain exists could not be asked: the policy is {} or {}",
                            to_string(policies->subdomain), to_string(policies->nonexistent)));
            discovery.result = DiscoveryResult::unverified;
            discovery.tag.reset();
            co_return;
        }
    }
    discovery.published = policy_of(*policies, *discovery.tag);
    discovery.effective = record.testing ? one_level_lower(*discovery.published) : *discovery.published;
}

// A CNAME to nowhere or without end: nothing can be published beside it, so it is what must be mended.
void report_broken_alias(Discovery& discovery, const Step& step) {
    const auto name = dns::Name::parse(step.name);
    if (name.has_error() || dns::is_temporary(step.status)) return;
    if (auto found = dns::finding_for(*name, dns::Type::txt, step.answer))
        discovery.findings.push_back(std::move(*found));
}

// What is not a usable record, at the names the domain's owner is in charge of.
void report_rejected(Discovery& discovery) {
    const auto& top = discovery.organizational_domain.value_or(discovery.domain);
    for (const auto& step : discovery.steps) {
        if (!step.domain.is_at_or_below(top)) continue;
        if (step.outcome == StepOutcome::several) {
            const auto count = std::count_if(step.texts.begin(), step.texts.end(), is_dmarc_record);
            add(discovery, "dmarc-several-records", step.name,
                fmt::format("{} records, all discarded; {}", count,
                            discovery.governing ? "the policy comes from " + discovery.governing_step()->name
                                                : std::string("no other record governs")));
        }
        report_broken_alias(discovery, step);
        const bool has_record = std::any_of(step.texts.begin(), step.texts.end(), is_dmarc_record);
        for (const auto& text : step.texts) {
            if (is_dmarc_record(text) && step.outcome != StepOutcome::invalid) continue;
            auto findings = inspect_record(text, step.name);
            // Section 4.10, steps 2 and 6: discarded, and what remains counts.
            if (has_record) finding::retell(findings, "dmarc-near-miss", "dmarc-discarded");
            append(discovery.findings, std::move(findings));
        }
    }
}

// What the answer shows beside the record: its size, its TTL, and damage to the text that the findings about
// the record do not name.
std::vector<finding::Finding> answer_findings(const Step& step, const std::vector<finding::Finding>& told) {
    const auto name = dns::Name::parse(step.name);
    std::vector<finding::Finding> findings;
    if (name.has_error()) return findings;
    findings = dns::answer_findings(*name, dns::Type::txt, step.answer);
    // The catalogue's remedy is for the name of a domain, with its SPF record.
    for (auto& found : findings)
        if (found.id == "dns-answer-too-large" || found.id == "dns-text-over-450")
            found.remedy =
                "Keep the DMARC record alone at this name, with fewer or shorter report addresses.";
    for (const auto& record : step.answer.records) {
        const auto* txt = std::get_if<dns::Txt>(&record.data);
        if (txt == nullptr || txt->joined() != step.record_text) continue;
        for (auto& found : dns::text_findings(*name, *txt)) {
            const bool known = std::any_of(told.begin(), told.end(), [&](const finding::Finding& other) {
                return other.offset && other.offset == found.offset;
            });
            if (!known) findings.push_back(std::move(found));
        }
    }
    return findings;
}

void report_governing(Discovery& discovery) {
    const auto& step = *discovery.governing_step();
    auto findings = inspect_record(step.record_text, step.name, discovery.tag.value_or(PolicyTagUsed::p));
    auto more = answer_findings(step, findings);
    append(discovery.findings, std::move(findings));
    append(discovery.findings, std::move(more));
    if (*discovery.governing != 0 && discovery.published)
        add(discovery, "dmarc-inherited-policy", step.name,
            fmt::format("{}= applies to {}{}: {}", to_string(*discovery.tag), discovery.domain.to_string(),
                        discovery.domain_exists == false ? ", which does not exist" : "",
                        to_string(*discovery.published)));
    const bool below = discovery.organizational_domain && step.domain != *discovery.organizational_domain &&
                       step.domain.is_at_or_below(*discovery.organizational_domain);
    if (below && (step.record->subdomain_policy.policy || step.record->nonexistent_policy.policy))
        add(discovery, "dmarc-subdomain-tags-ignored", step.name,
            "the organizational domain is " + discovery.organizational_domain->to_string());
}

// Text at the name that is no DMARC record: mostly that of a wildcard for something else.
net::Task<void> look_for_wildcard(dns::Resolver& resolver, Discovery& discovery) {
    const auto& step = discovery.steps.front();
    const auto name = dns::Name::parse(step.name);
    if (step.outcome != StepOutcome::unrelated || name.has_error()) co_return;
    const auto probe = co_await dns::probe_wildcard(resolver, *name, dns::Type::txt, step.answer);
    if (auto found = dns::wildcard_finding(*name, dns::Type::txt, probe))
        discovery.findings.push_back(std::move(*found));
}

// In a panel of the zone, which is what stands behind `name` in `doubled`.
std::string doubled_remedy(const dns::Name& name, const dns::Name& doubled) {
    auto labels = name.labels();
    labels.resize(2 * labels.size() - doubled.label_count());
    return fmt::format("Move it to {}.: enter {} as the name in the panel.", name.to_string(),
                       base::join(labels, "."));
}

// When there is no record: it may stand under a wrong type or at a wrong name.
net::Task<void> look_for_misplaced(dns::Resolver& resolver, Discovery& discovery) {
    const auto& domain = discovery.domain;
    const auto own = dns::Name::parse(discovery.steps.front().name);
    if (own) {
        auto wrong_types = co_await dns::find_wrong_type(resolver, *own, discovery.steps.front().answer);
        append(discovery.findings, std::move(wrong_types));
    }
    std::vector<dns::Name> places = {domain};
    if (const auto bare = domain.child("dmarc"); bare.has_value()) places.push_back(*bare);
    for (const auto& place : places) {
        const dns::Question question{place, dns::Type::txt};
        const auto answer = co_await resolver.query(question);
        const auto texts = answer.texts();
        if (std::any_of(texts.begin(), texts.end(), is_dmarc_record))
            add(discovery, "dmarc-misplaced", domain.to_string(),
                "a DMARC record stands at " + place.to_string(),
                "Move it to " + discovery.steps.front().name + ".");
    }
    if (own.has_error()) co_return;
    for (const auto& doubled : dns::doubled_names(*own, domain)) {
        const dns::Question question{doubled, dns::Type::txt};
        const auto answer = co_await resolver.query(question);
        const auto texts = answer.texts();
        if (std::any_of(texts.begin(), texts.end(), is_dmarc_record))
            add(discovery, "dmarc-doubled-name", discovery.steps.front().name,
                "a DMARC record stands at " + doubled.to_string(), doubled_remedy(*own, doubled));
    }
}

}  // namespace

std::string_view to_string(StepOutcome outcome) {
    switch (outcome) {
        case StepOutcome::record:
            return "record";
        case StepOutcome::nothing:
            return "nothing";
        case StepOutcome::unrelated:
            return "unrelated text";
        case StepOutcome::invalid:
            return "invalid record";
        case StepOutcome::several:
            return "several records";
        case StepOutcome::error:
            return "could not check";
    }
    return "could not check";
}

net::Task<Discovery> discover(dns::Resolver& resolver, dns::Name domain) {
    constexpr std::size_t labels_walked_whole = 8;
    Discovery discovery;
    discovery.domain = domain;
    discovery.steps = co_await walk_tree(resolver, domain);
    discovery.organizational_domain = select_organizational_domain(domain, discovery.steps);
    discovery.governing = select_governing(discovery);
    const bool failed = !discovery.steps.empty() && discovery.steps.back().outcome == StepOutcome::error;
    if (failed)
        add(discovery, "dmarc-not-checked", discovery.steps.back().name,
            failure_text(discovery.steps.back()));
    if (discovery.governing) {
        co_await apply_policy(resolver, discovery);
        report_governing(discovery);
    } else if (!failed) {
        discovery.result = DiscoveryResult::none;
        if (!discovery.steps.empty()) co_await look_for_misplaced(resolver, discovery);
        if (!discovery.steps.empty()) co_await look_for_wildcard(resolver, discovery);
    }
    report_rejected(discovery);
    // What was meant as the record is told in place of a missing one.
    if (!failed && !discovery.governing && !finding::has_error(discovery.findings))
        add(discovery, "dmarc-no-record", domain.to_string(), "asked: " + names_asked(discovery));
    if (domain.label_count() > labels_walked_whole)
        add(discovery, "dmarc-long-name", domain.to_string(),
            fmt::format("{} labels; asked: {}", domain.label_count(), names_asked(discovery)));
    co_return discovery;
}

net::Task<std::vector<finding::Finding>> check_wildcard(dns::Resolver& resolver, const Discovery& discovery) {
    std::vector<finding::Finding> findings;
    const auto* step = discovery.governing_step();
    if (step == nullptr) co_return findings;
    const auto name = dns::Name::parse(step->name);
    if (name.has_error()) co_return findings;
    const auto probe = co_await dns::probe_wildcard(resolver, *name, dns::Type::txt, step->answer);
    if (auto found = dns::wildcard_finding(*name, dns::Type::txt, probe))
        findings.push_back(std::move(*found));
    co_return findings;
}

}  // namespace dmarc
