#include "dmarc/public_suffix.hpp"

#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <libpsl.h>

#include "base/text.hpp"
#include "dmarc/inspect.hpp"

namespace dmarc {

namespace {

struct FreeList {
    void operator()(psl_ctx_t* list) const { psl_free(list); }
};
using List = std::unique_ptr<psl_ctx_t, FreeList>;

// Loaded at the first question: 100 KB that most runs never need.
const psl_ctx_t* public_suffix_list() {
    static const List loaded(psl_latest(nullptr));
    return loaded ? loaded.get() : psl_builtin();
}

dns::Name suffix(const dns::Name& domain, std::size_t count) {
    dns::Name result = domain;
    while (result.label_count() > count)
        result = result.parent();
    return result;
}

struct Found {
    dns::Status status = dns::Status::timeout;
    std::vector<std::string> texts = {};
};

net::Task<Found> ask(dns::Resolver& resolver, const Discovery& discovery, dns::Name domain) {
    Found found;
    for (const auto& step : discovery.steps)
        if (step.domain == domain) {
            found.status = step.status;
            found.texts = step.texts;
            co_return found;
        }
    const auto name = domain.child("_dmarc");
    if (name.has_error()) {  // too long: nothing can stand there
        found.status = dns::Status::nxdomain;
        co_return found;
    }
    const dns::Question question{*name, dns::Type::txt};
    const auto answer = co_await resolver.query(question);
    found.status = answer.status;
    found.texts = answer.texts();
    co_return found;
}

std::vector<std::string> dmarc_records(const std::vector<std::string>& texts) {
    std::vector<std::string> records;
    std::copy_if(texts.begin(), texts.end(), std::back_inserter(records), is_dmarc_record);
    return records;
}

std::optional<unsigned> percent_of(const Record& record) {
    constexpr unsigned all = 100;
    for (const auto& [name, value] : record.other)
        if (name == "pct")
            if (const auto percent = base::parse_decimal(value, all))
                return *percent == all ? std::nullopt : std::optional(static_cast<unsigned>(*percent));
    return std::nullopt;
}

// Section 6.6.3, steps 5 and 6; section 6.3 for sp.
void apply_record(PslView& view, const std::string& text, bool own) {
    view.result = DiscoveryResult::none;
    const auto record = parse_record(text);
    if (record.has_error()) return;
    const bool spoiled = !record->policy.policy || record->subdomain_policy.invalid;
    const bool saved = std::any_of(record->aggregate_reports.begin(), record->aggregate_reports.end(),
                                   [](const ReportUri& uri) { return uri.valid; });
    if (spoiled && !saved) return;
    view.result = DiscoveryResult::found;
    view.record = text;
    view.percent = percent_of(*record);
    view.tag = PolicyTagUsed::p;
    view.policy = spoiled ? Policy::none : *record->policy.policy;
    if (own || spoiled || !record->subdomain_policy.policy) return;
    view.tag = PolicyTagUsed::sp;
    view.policy = record->subdomain_policy.policy;
}

net::Task<void> discover_policy(dns::Resolver& resolver, const Discovery& discovery, PslView& view) {
    for (const bool own : {true, false}) {
        const dns::Name domain = own ? discovery.domain : view.organizational_domain;
        if (!own && domain == discovery.domain) break;
        const Found found = co_await ask(resolver, discovery, domain);
        if (dns::is_temporary(found.status)) co_return;
        const auto records = dmarc_records(found.texts);
        if (records.empty()) continue;
        view.name = "_dmarc." + domain.to_string();
        view.result = DiscoveryResult::none;  // several: the mechanism is not applied
        if (records.size() == 1) apply_record(view, records.front(), own);
        if (view.result != DiscoveryResult::found) view.name.clear();
        co_return;
    }
    view.result = DiscoveryResult::none;
}

std::string policy_text(DiscoveryResult result, std::optional<Policy> policy, const std::string& name) {
    if (result != DiscoveryResult::found || !policy) return "no policy";
    return fmt::format("policy {} of {}", to_string(*policy), name);
}

void report_difference(PslView& view, const Discovery& discovery) {
    if (view.result == DiscoveryResult::unverified || discovery.result == DiscoveryResult::unverified) return;
    const auto* step = discovery.governing_step();
    const std::string ours =
        policy_text(discovery.result, discovery.effective, step != nullptr ? step->name : std::string());
    std::string theirs = policy_text(view.result, view.policy, view.name);
    const bool same_organization =
        !discovery.organizational_domain || *discovery.organizational_domain == view.organizational_domain;
    if (same_organization && ours == theirs && !view.percent) return;
    if (view.percent) theirs += fmt::format(", for {} % of the mail", *view.percent);
    view.findings.push_back(finding::make(
        "dmarc-psl-differs", discovery.domain.to_string(),
        fmt::format("by RFC 7489: organizational domain {}, {}; by RFC 9989: {}, {}",
                    view.organizational_domain.to_string(), theirs,
                    discovery.organizational_domain ? discovery.organizational_domain->to_string()
                                                    : std::string("not known"),
                    ours)));
}

}  // namespace

std::optional<dns::Name> find_psl_organizational_domain(const dns::Name& domain) {
    const std::string text = base::lower(domain.to_string());
    const char* registrable = psl_registrable_domain(public_suffix_list(), text.c_str());
    if (registrable == nullptr) return std::nullopt;
    const auto labels = static_cast<std::size_t>(std::count(text.begin(), text.end(), '.')) + 1;
    const std::string_view found = registrable;
    const auto kept = static_cast<std::size_t>(std::count(found.begin(), found.end(), '.')) + 1;
    return labels == domain.label_count() ? suffix(domain, kept) : domain;
}

net::Task<PslView> find_psl_policy(dns::Resolver& resolver, Discovery discovery) {
    PslView view;
    const auto organization = find_psl_organizational_domain(discovery.domain);
    view.is_public_suffix = !organization;
    view.organizational_domain = organization.value_or(discovery.domain);
    co_await discover_policy(resolver, discovery, view);
    report_difference(view, discovery);
    co_return view;
}

}  // namespace dmarc
