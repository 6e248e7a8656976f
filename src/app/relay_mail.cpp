#include "app/relay_mail.hpp"

#include <fmt/format.h>

#include "app/relay_signing.hpp"
#include "base/text.hpp"

namespace app {

namespace {

std::string sender_domain(const relay::Relay& relay, const std::string& domain) {
    const auto* address = std::get_if<mail::Address>(&relay.return_path);
    return address != nullptr ? address->domain().ascii() : domain;
}

// RFC 9989 section 3.2.10: strict is equal, relaxed shares the organizational domain.
bool is_aligned(const relay::Relay& relay, const Verification& verification) {
    const auto sender = dns::Name::parse(sender_domain(relay, verification.domain));
    const auto& discovery = verification.dmarc->discovery;
    if (sender.has_error()) return false;
    if (*sender == discovery.domain) return true;
    const auto* record = discovery.record();
    if (record != nullptr && record->spf_alignment == dmarc::Alignment::strict) return false;
    return discovery.organizational_domain && sender->is_at_or_below(*discovery.organizational_domain);
}

// What each of the two ways to pass gives, in words for the reason.
RelayMail judge_spf(const relay::Relay& relay, const Verification& verification) {
    const auto path = relay::to_string(relay.return_path);
    if (!envelope_sender(relay, verification.domain))
        return {.verdict = finding::Verdict::bad,
                .reason = fmt::format("SPF does not align with return path {}", path)};
    if (!is_aligned(relay, verification))
        return {.verdict = finding::Verdict::bad,
                .reason = fmt::format("the domain of return path {} does not align", path)};
    if (!verification.spf) return {.verdict = finding::Verdict::unchecked, .reason = "SPF was left out"};
    if (!verification.spf->evaluation)
        return {.verdict = finding::Verdict::unchecked, .reason = "SPF was not checked"};
    const auto verdict = verification.spf->evaluation->verdict;
    return {.verdict = verification.spf->verdict,
            .reason = fmt::format("SPF is {}", spf::to_string(verdict))};
}

RelayMail judge_dkim(const relay::Relay& relay, const Verification& verification) {
    if (!relay.dkim_selector)
        return {.verdict = finding::Verdict::bad, .reason = "the relay does not sign with DKIM"};
    if (!verification.dkim) return {.verdict = finding::Verdict::unchecked, .reason = "DKIM was left out"};
    switch (verification.dkim->verdict) {
        case finding::Verdict::good:
            return {.verdict = finding::Verdict::good, .reason = "its DKIM key is good"};
        case finding::Verdict::bad:
            return {.verdict = finding::Verdict::bad, .reason = "its DKIM key is not usable"};
        case finding::Verdict::unchecked:
            return {.verdict = finding::Verdict::unchecked, .reason = "its DKIM key could not be checked"};
    }
    return {};
}

// The checks that were not asked for and on which it depends, in words; empty when there are none.
std::string left_out(const relay::Relay& relay, const Verification& verification) {
    std::vector<std::string> names;
    if (!verification.dmarc) names.emplace_back("DMARC");
    if (!verification.spf && envelope_sender(relay, verification.domain)) names.emplace_back("SPF");
    if (!verification.dkim && relay.dkim_selector) names.emplace_back("DKIM");
    return base::join(names, ", ");
}

}  // namespace

std::optional<std::string> envelope_sender(const relay::Relay& relay, const std::string& domain) {
    if (std::holds_alternative<relay::FromReturnPath>(relay.return_path)) return "postmaster@" + domain;
    if (const auto* address = std::get_if<mail::Address>(&relay.return_path)) return address->to_string();
    return std::nullopt;
}

RelayMail judge_relay_mail(const relay::Relay& relay, const Verification& verification,
                           const std::vector<relay::DkimKey>& keys) {
    std::optional<base::Error> refusal;
    if (const auto author = base::DomainName::parse(verification.domain, 1); author.has_value())
        refusal = signing_refusal(relay, *author, keys);
    // A pending key is verified before it is activated, and until then no mail goes; what has ended never
    // signs.
    if (refusal && refusal->kind == base::ErrorKind::not_found)
        return {.verdict = finding::Verdict::bad, .reason = std::move(refusal->message)};
    const RelayMail not_judged{.verdict = finding::Verdict::unchecked,
                               .reason = "not judged: --only leaves out " + left_out(relay, verification),
                               .judged = false};
    if (!verification.dmarc) return not_judged;
    const auto spf = judge_spf(relay, verification);
    auto dkim = judge_dkim(relay, verification);
    if (refusal && dkim.verdict != finding::Verdict::good)
        return {.verdict = finding::Verdict::bad, .reason = std::move(refusal->message)};
    if (refusal) dkim.reason = "its DKIM key is good, and signs once it is activated";
    const auto reason = fmt::format("{}; {}", dkim.reason, spf.reason);
    if (dkim.verdict == finding::Verdict::good || spf.verdict == finding::Verdict::good)
        return {.verdict = finding::Verdict::good, .reason = reason};
    const bool is_partial = (!verification.dkim && dkim.verdict == finding::Verdict::unchecked) ||
                            (!verification.spf && spf.verdict == finding::Verdict::unchecked);
    if (is_partial) return not_judged;
    const bool open =
        dkim.verdict == finding::Verdict::unchecked || spf.verdict == finding::Verdict::unchecked;
    return {.verdict = open ? finding::Verdict::unchecked : finding::Verdict::bad, .reason = reason};
}

}  // namespace app
