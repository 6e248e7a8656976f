// The short texts of a check: what was found, in a line.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/views/verify_view.hpp"

namespace cli {

namespace {

// Why there is no key, where there is a record: "the public key is cut short".
std::string_view key_fault(const dkim::KeyLookup& lookup) {
    for (const auto& finding : lookup.findings)
        if (finding.severity == finding::Severity::error)
            if (const auto* entry = finding::find_entry(finding.id)) return entry->summary;
    return "";
}

// No reports go there, whatever the record says.
bool is_unauthorized(const app::DmarcPart& dmarc, const dmarc::ReportUri& report) {
    return std::any_of(dmarc.destinations.begin(), dmarc.destinations.end(), [&](const auto& destination) {
        return destination.uri == report.uri &&
               destination.authorization == dmarc::Authorization::unauthorized;
    });
}

// RFC 7208 section 4.5: other TXT records are none, two SPF records are one too many.
bool has_no_record(const app::SpfPart& spf) {
    return spf.lint.record.empty() &&
           std::none_of(spf.findings.begin(), spf.findings.end(),
                        [](const auto& finding) { return finding.id == "spf-multiple-records"; });
}

}  // namespace

std::string spf_result(const app::SpfPart& spf) {
    if (spf.evaluation) return std::string(spf::to_string(spf.evaluation->verdict));
    switch (spf.verdict) {
        case finding::Verdict::good:
            return "ok";
        case finding::Verdict::bad:
            return has_no_record(spf) ? "none" : "fail";
        case finding::Verdict::unchecked:
            return "unchecked";
    }
    return "unchecked";
}

std::string client_text(const VerifyResult& result) {
    if (!result.ip || !result.verification.spf || !result.verification.spf->evaluation) return "";
    const auto text = "for " + result.ip->to_string();
    return result.ip_note.empty() ? text : fmt::format("{} ({})", text, result.ip_note);
}

std::string spf_detail(const VerifyResult& result, const app::SpfPart& spf) {
    if (spf.evaluation) return fmt::format("{}: {}", client_text(result), spf.evaluation->reason);
    return spf.lint.status == dns::Status::found ? "" : spf_status_text(result, spf);
}

std::string spf_status_text(const VerifyResult& result, const app::SpfPart& spf) {
    if (!result.verification.domain_fault.empty()) return "not asked";
    return std::string(dns::to_string(spf.lint.status));
}

std::vector<std::string> keys_passed_over(const app::DkimPart& dkim) {
    std::vector<std::string> selectors;
    for (const auto& selector : dkim.pending)
        if (std::none_of(dkim.keys.begin(), dkim.keys.end(), [&](const auto& lookup) {
                return base::equals_ignoring_case(lookup.selector, selector);
            }))
            selectors.push_back(selector);
    return selectors;
}

std::string passed_over_detail(const std::string& selector, const std::string& domain) {
    return fmt::format(
        "pending in the store, not looked at without --selector {}; next: relayctl dkim check {}@{}",
        selector, selector, domain);
}

std::string dkim_detail(const app::DkimPart& dkim, const dkim::KeyLookup& lookup) {
    const auto* key = lookup.key();
    std::string text(dns::to_string(lookup.status));
    if (key != nullptr && (key->key || lookup.is_revoked())) {
        text = key->key_text();
        if (lookup.matches_expected)
            text +=
                *lookup.matches_expected ? ", matches the key in the store" : ", is not the key in the store";
    } else if (lookup.status == dns::Status::found) {
        const auto fault = key_fault(lookup);
        text = fault.empty() ? "no usable key" : fmt::format("no usable key: {}", fault);
    }
    const bool is_pending = std::any_of(dkim.pending.begin(), dkim.pending.end(), [&](const auto& selector) {
        return base::equals_ignoring_case(selector, lookup.selector);
    });
    if (!is_pending) return text;
    return fmt::format("{}; pending, next: relayctl dkim {} {}@{}", text,
                       lookup.verdict == finding::Verdict::good ? "activate" : "check", lookup.selector,
                       lookup.domain);
}

std::string dmarc_detail(const app::DmarcPart& dmarc) {
    const auto& discovery = dmarc.discovery;
    const auto* record = discovery.record();
    if (discovery.result == dmarc::DiscoveryResult::unverified) {
        for (const auto& step : discovery.steps)
            if (dns::is_temporary(step.status)) return std::string(dns::to_string(step.status));
        return record == nullptr ? "no usable answer" : "sp= or np=: whether the name exists is not known";
    }
    if (record == nullptr) return "no policy";
    std::string text =
        discovery.tag && discovery.effective
            ? fmt::format("{}={}", dmarc::to_string(*discovery.tag), dmarc::to_string(*discovery.effective))
            : "no policy";
    if (record->dkim_alignment == record->spf_alignment)
        text += fmt::format(", {} alignment", dmarc::to_string(record->spf_alignment));
    else
        text += fmt::format(", DKIM alignment {}, SPF alignment {}", dmarc::to_string(record->dkim_alignment),
                            dmarc::to_string(record->spf_alignment));
    std::vector<std::string> reports;
    for (const auto& report : record->aggregate_reports)
        if (report.valid && !report.mail_domain.empty() && !is_unauthorized(dmarc, report))
            reports.push_back(report.uri.substr(std::string_view("mailto:").size()));
    if (!reports.empty()) text += ", reports to " + base::join(reports, ", ");
    if (const auto* step = discovery.governing_step(); step != nullptr && !(step->domain == discovery.domain))
        text += ", from " + step->name;
    return text;
}

}  // namespace cli
