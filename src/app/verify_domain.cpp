#include "app/verify_domain.hpp"

#include <algorithm>
#include <functional>
#include <stdexcept>

#include <fmt/format.h>

#include "app/answer_state.hpp"
#include "app/posture.hpp"
#include "base/text.hpp"
#include "net/run.hpp"
#include "spf/record.hpp"
#include "spf/select.hpp"

namespace app {

namespace {

constexpr std::size_t keys_at_once = 8;

void append(std::vector<finding::Finding>& to, const std::vector<finding::Finding>& from) {
    to.insert(to.end(), from.begin(), from.end());
}

finding::Verdict judge(spf::Verdict verdict) {
    switch (verdict) {
        case spf::Verdict::pass:
            return finding::Verdict::good;
        case spf::Verdict::none:
        case spf::Verdict::neutral:
        case spf::Verdict::fail:
        case spf::Verdict::softfail:
        case spf::Verdict::permerror:
            return finding::Verdict::bad;
        case spf::Verdict::temperror:
            return finding::Verdict::unchecked;
    }
    return finding::Verdict::unchecked;
}

finding::Verdict judge(const spf::Lint& lint) {
    if (finding::has_error(lint.findings)) return finding::Verdict::bad;
    const bool failed = std::any_of(lint.findings.begin(), lint.findings.end(),
                                    [](const auto& finding) { return finding.id == "spf-lookup-failed"; });
    return failed ? finding::Verdict::unchecked : finding::Verdict::good;
}

finding::Verdict judge(const dmarc::Discovery& discovery, const std::vector<finding::Finding>& findings) {
    switch (discovery.result) {
        case dmarc::DiscoveryResult::found:
            return finding::has_error(findings) ? finding::Verdict::bad : finding::Verdict::good;
        case dmarc::DiscoveryResult::none:
            return finding::Verdict::bad;
        case dmarc::DiscoveryResult::unverified:
            return finding::Verdict::unchecked;
    }
    return finding::Verdict::unchecked;
}

spf::Query make_query(const VerifyRequest& request, const std::string& domain) {
    const std::string& helo = request.helo.empty() ? domain : request.helo;
    const std::string sender = request.mail_from.value_or("postmaster@" + domain);
    spf::Query query = spf::make_query(sender, helo, *request.ip);
    query.domain = domain;
    query.now = request.now;
    return query;
}

std::string refusal_remedy(const SpfPart& part, const base::IpAddress& ip, const std::string& domain) {
    const std::string term = fmt::format("{}:{}", ip.is_v4() ? "ip4" : "ip6", ip.to_string());
    const std::string& record = part.evaluation->record;
    const auto terms = spf::term_texts(record);
    if (std::find(terms.begin(), terms.end(), term) != terms.end())
        return fmt::format("move {} before all in the record of {}", term, domain);
    return fmt::format("add {}, or the include of its operator, to the record of {}", term, domain);
}

// The check of an address that may not send becomes a finding with the term to add.
void explain_refusal(SpfPart& part, const VerifyRequest& request) {
    const auto& evaluation = *part.evaluation;
    const bool refused = evaluation.verdict == spf::Verdict::fail ||
                         evaluation.verdict == spf::Verdict::softfail ||
                         evaluation.verdict == spf::Verdict::neutral;
    if (!refused) return;
    const base::IpAddress ip = request.ip->unmapped();
    const std::string& domain = evaluation.path.front();
    part.findings.push_back(finding::make(
        "spf-not-authorised", domain,
        fmt::format("{} for {}: {}", spf::to_string(evaluation.verdict), ip.to_string(), evaluation.reason),
        refusal_remedy(part, ip, domain)));
}

// A limit that only the client and the sender lead to: lint does not expand their macros.
void explain_limit(SpfPart& part) {
    const auto& evaluation = *part.evaluation;
    if (evaluation.verdict != spf::Verdict::permerror || finding::has_error(part.findings)) return;
    const bool voids = evaluation.void_lookups > spf::most_void_lookups;
    if (!voids && evaluation.lookups <= spf::most_lookups) return;
    const std::string where = evaluation.term.empty() ? "" : fmt::format(", by {}", evaluation.term);
    part.findings.push_back(finding::make(voids ? "spf-too-many-void-lookups" : "spf-too-many-lookups",
                                          part.lint.domain, evaluation.reason + where));
}

net::Task<SpfPart> verify_spf(dns::Resolver& resolver, const VerifyRequest& request, std::string domain) {
    SpfPart part;
    if (request.ip) part.query = make_query(request, domain);
    const std::function<net::Task<void>(std::size_t)> make = [&](std::size_t which) -> net::Task<void> {
        if (which == 0)
            part.lint = co_await spf::lint(resolver, domain, spf::Limits(), request.spf_memory);
        else
            part.evaluation = co_await spf::evaluate(resolver, *part.query);
    };
    co_await net::for_each(request.ip ? 2 : 1, 2, make);
    part.findings = part.lint.findings;
    // A loop is followed once when the record is read, and until the limit when it is evaluated.
    if (part.evaluation) part.lint.lookups = std::max(part.lint.lookups, part.evaluation->lookups);
    part.verdict = part.evaluation ? judge(part.evaluation->verdict) : judge(part.lint);
    if (part.evaluation) explain_refusal(part, request);
    if (part.evaluation) explain_limit(part);
    co_return part;
}

struct WantedKey {
    std::string selector;
    std::string expected;  // the base64 text of p=, empty = nothing to compare with
    bool exact = false;    // as it stands in the store: nothing is read into it
};

std::vector<WantedKey> wanted_keys(const VerifyRequest& request, const base::DomainName& domain) {
    std::vector<WantedKey> wanted;
    for (const auto& text : request.selectors) {
        WantedKey key{text, {}};
        const std::string meant = dkim::intended_selector(text, domain);
        for (const auto& stored : request.keys) {
            if (stored.domain != domain || key.exact) continue;
            key.exact = base::equals_ignoring_case(stored.selector, text);
            if (key.exact || base::equals_ignoring_case(stored.selector, meant))
                key.expected = stored.public_key;
        }
        const bool again = std::any_of(wanted.begin(), wanted.end(), [&](const WantedKey& other) {
            if (other.exact || key.exact) return base::equals_ignoring_case(other.selector, text);
            return base::equals_ignoring_case(dkim::intended_selector(other.selector, domain), meant);
        });
        if (!again) wanted.push_back(std::move(key));
    }
    if (!wanted.empty()) return wanted;
    // The record of a pending key need not be there yet, unless that is all there is.
    const auto take = [&](auto is_wanted) {
        for (const auto& stored : request.keys)
            if (stored.domain == domain && is_wanted(stored.life.state))
                wanted.push_back({stored.selector, stored.public_key, true});
    };
    using relay::DkimState;
    take([](DkimState state) { return state == DkimState::active || state == DkimState::retiring; });
    if (wanted.empty()) take([](DkimState state) { return state == DkimState::pending; });
    return wanted;
}

// Keys that nobody named are told of too: what was checked is not what signs after the next activation.
std::vector<std::string> pending_selectors(const VerifyRequest& request, const base::DomainName& domain,
                                           const std::vector<WantedKey>& wanted) {
    std::vector<std::string> selectors;
    for (const auto& stored : request.keys) {
        if (stored.domain != domain || stored.life.state != relay::DkimState::pending) continue;
        const bool is_wanted = std::any_of(wanted.begin(), wanted.end(), [&](const WantedKey& key) {
            const auto meant = dkim::intended_selector(key.selector, domain);
            return base::equals_ignoring_case(meant, stored.selector);
        });
        if (is_wanted || request.selectors.empty()) selectors.push_back(stored.selector);
    }
    return selectors;
}

// What stands around the keys, and beside them: neither waits for the other.
net::Task<void> look_around_keys(dns::Resolver& resolver, const VerifyRequest& request,
                                 base::DomainName domain, AliasesBeside& aliases, DkimPart& part) {
    std::vector<finding::Finding> around;
    const std::function<net::Task<void>(std::size_t)> make = [&](std::size_t i) -> net::Task<void> {
        if (i == 0) {
            around = co_await dkim::check_key_tree(resolver, domain, part.keys);
        } else if (part.keys[i - 1].key() != nullptr) {
            auto name = dns::Name::parse(part.keys[i - 1].name).value();
            co_await find_alias_early(resolver, request, std::move(name), aliases);
        }
    };
    co_await net::for_each(request.aliases_beside ? part.keys.size() + 1 : 1, keys_at_once, make);
    append(part.findings, around);
}

net::Task<std::optional<DkimPart>> verify_dkim(dns::Resolver& resolver, const VerifyRequest& request,
                                               std::string text, AliasesBeside& aliases) {
    std::optional<DkimPart> part;
    const auto domain = base::DomainName::parse(text);
    if (!domain) co_return part;
    const auto wanted = wanted_keys(request, *domain);
    if (wanted.empty()) co_return part;
    part.emplace();
    part->pending = pending_selectors(request, *domain, wanted);
    part->keys.resize(wanted.size());
    const std::function<net::Task<void>(std::size_t)> make = [&](std::size_t i) -> net::Task<void> {
        const auto& [selector, expected, exact] = wanted[i];
        if (exact)
            part->keys[i] = co_await dkim::look_up_exact_key(resolver, *domain, selector, expected);
        else
            part->keys[i] = co_await dkim::look_up_key(resolver, *domain, selector, expected);
    };
    co_await net::for_each(wanted.size(), keys_at_once, make);
    part->verdict = finding::Verdict::good;
    for (const auto& key : part->keys) {
        part->verdict = finding::worse(part->verdict, key.verdict);
        append(part->findings, key.findings);
    }
    append(part->findings, dkim::compare_keys(domain->ascii(), part->keys));
    co_await look_around_keys(resolver, request, *domain, aliases, *part);
    co_return part;
}

net::Task<std::optional<DmarcPart>> verify_dmarc(dns::Resolver& resolver, const VerifyRequest& request,
                                                 std::string text) {
    std::optional<DmarcPart> part;
    const auto name = dns::Name::parse(text);
    if (!name) co_return part;
    part.emplace();
    part->discovery = co_await dmarc::discover(resolver, *name);
    part->findings = part->discovery.findings;
    part->verdict = judge(part->discovery, part->findings);
    if (request.psl) {
        part->psl = co_await dmarc::find_psl_policy(resolver, part->discovery);
        append(part->findings, part->psl->findings);
    }
    if (!request.report_destinations || part->discovery.result != dmarc::DiscoveryResult::found)
        co_return part;
    const auto wildcard = co_await dmarc::check_wildcard(resolver, part->discovery);
    append(part->findings, wildcard);
    auto reports = co_await dmarc::check_reports(resolver, part->discovery);
    part->destinations = std::move(reports.destinations);
    // Reports that go astray are worth telling; the policy itself works.
    append(part->findings, reports.findings);
    co_return part;
}

net::Task<mta_sts::Inspection> verify_mta_sts(dns::Resolver& resolver, const VerifyRequest& request,
                                              base::DomainName domain) {
    if (request.fetcher == nullptr) throw std::logic_error("MTA-STS asked for without a way to fetch");
    mta_sts::Options options;
    options.ca_file = request.ca_file;
    co_return co_await mta_sts::inspect(resolver, *request.fetcher, domain, options);
}

enum class Part { spf, dkim, dmarc, mx, reverse, mta_sts, tls_rpt, dane };

std::vector<Part> wanted_parts(const VerifyRequest& request, const Verification& result) {
    std::vector<Part> parts;
    const auto& checks = request.checks;
    const auto add = [&](bool wanted, Part part) {
        if (wanted) parts.push_back(part);
    };
    add(checks.spf, Part::spf);
    if (!result.domain_fault.empty()) return parts;
    add(checks.dkim, Part::dkim);
    add(checks.dmarc, Part::dmarc);
    if (base::DomainName::parse(result.domain).has_error()) return parts;
    add(checks.mx, Part::mx);
    add(checks.mx && request.ip, Part::reverse);
    add(checks.mta_sts, Part::mta_sts);
    add(checks.tls_rpt, Part::tls_rpt);
    add(checks.dane, Part::dane);
    return parts;
}

// Where a record may stand, known before any is read; the keys of DKIM ask for themselves, and a policy that
// is found further up comes too late for it.
std::vector<dns::Name> names_known_before(const VerifyRequest& request, const Verification& result) {
    std::vector<dns::Name> names;
    const auto domain = dns::Name::parse(result.domain);
    if (!request.aliases_beside || !result.domain_fault.empty() || domain.has_error()) return names;
    if (request.checks.spf) names.push_back(*domain);
    if (const auto dmarc = domain->child("_dmarc"); request.checks.dmarc && dmarc) names.push_back(*dmarc);
    return names;
}

// Those that the usual run over many domains does not ask for.
net::Task<void> verify_more(dns::Resolver& resolver, const VerifyRequest& request, Part part,
                            Verification& result) {
    const auto domain = base::DomainName::parse(result.domain).value();
    if (part == Part::mx) result.mx = co_await mx::inspect(resolver, domain);
    if (part == Part::reverse)
        result.reverse = co_await mx::inspect_reverse(resolver, *request.ip, request.helo);
    if (part == Part::mta_sts) result.mta_sts = co_await verify_mta_sts(resolver, request, domain);
    if (part == Part::tls_rpt) result.tls_rpt = co_await tls_rpt::inspect(resolver, domain);
    if (part == Part::dane) result.dane = co_await dane::inspect(resolver, domain, request.trust_ad);
}

net::Task<void> verify_part(dns::Resolver& resolver, const VerifyRequest& request, Part part,
                            AliasesBeside& aliases, Verification& result) {
    switch (part) {
        case Part::spf:
            result.spf = co_await verify_spf(resolver, request, result.domain);
            co_return;
        case Part::dkim:
            result.dkim = co_await verify_dkim(resolver, request, result.domain, aliases);
            result.dkim_unchecked = request.dkim_required && !result.dkim;
            co_return;
        case Part::dmarc:
            result.dmarc = co_await verify_dmarc(resolver, request, result.domain);
            co_return;
        case Part::mx:
        case Part::reverse:
        case Part::mta_sts:
        case Part::tls_rpt:
        case Part::dane:
            co_await verify_more(resolver, request, part, result);
    }
}

}  // namespace

finding::Verdict Verification::verdict() const {
    if (domain_fault.empty() && !spf && !dkim && !dmarc && !mx && !mta_sts && !tls_rpt && !dane)
        return finding::Verdict::unchecked;
    auto result = domain_fault.empty() ? finding::Verdict::good : finding::Verdict::bad;
    const auto add = [&result](const auto& part) {
        if (part) result = finding::worse(result, part->verdict);
    };
    if (dkim_unchecked) result = finding::worse(result, finding::Verdict::unchecked);
    add(spf);
    add(dkim);
    add(dmarc);
    add(mx);
    add(reverse);
    add(mta_sts);
    add(tls_rpt);
    add(dane);
    return result;
}

net::Task<Verification> verify_domain(dns::Resolver& resolver, VerifyRequest request) {
    Verification result;
    const auto checked = spf::checked_domain(request.domain);
    result.domain = checked ? base::lower(*checked) : request.domain;
    if (checked.has_error()) result.domain_fault = checked.error().message;
    const auto parts = wanted_parts(request, result);
    const auto names = names_known_before(request, result);
    AliasesBeside aliases;
    const std::function<net::Task<void>(std::size_t)> make = [&](std::size_t i) {
        if (i < names.size()) return find_alias_early(resolver, request, names[i], aliases);
        return verify_part(resolver, request, parts[i - names.size()], aliases, result);
    };
    const std::size_t tasks = names.size() + parts.size();
    co_await net::for_each(tasks, tasks, make);
    co_await judge_together(resolver, request, result);
    co_await judge_answers(resolver, request, aliases, result);
    co_return result;
}

}  // namespace app
