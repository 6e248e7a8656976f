#include "app/prediction.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

namespace app {

using dmarc::Aligned;
using dmarc::Authentication;

std::string_view to_string(PathKind kind) {
    switch (kind) {
        case PathKind::managed:
            return "managed";
        case PathKind::rewritten:
            return "rewritten";
        case PathKind::from:
            return "from";
        case PathKind::author_domain:
            return "address";
        case PathKind::subdomain:
            return "subdomain";
        case PathKind::other_domain:
            return "other";
        case PathKind::null:
            return "null";
    }
    return "?";
}

std::string_view to_string(KeyState state) {
    switch (state) {
        case KeyState::none:
            return "none";
        case KeyState::usable:
            return "usable";
        case KeyState::missing:
            return "missing";
        case KeyState::different:
            return "different";
        case KeyState::broken:
            return "broken";
        case KeyState::unchecked:
            return "unchecked";
    }
    return "?";
}

const PathFacts* MailFacts::find(PathKind kind) const {
    const auto found =
        std::find_if(paths.begin(), paths.end(), [&](const PathFacts& path) { return path.kind == kind; });
    return found == paths.end() ? nullptr : &*found;
}

namespace {

// For DMARC all that is not a pass is a fail; a temperror says nothing (RFC 7208 section 2.6).
Authentication authentication_of(spf::Verdict verdict) {
    switch (verdict) {
        case spf::Verdict::pass:
            return Authentication::pass;
        case spf::Verdict::temperror:
            return Authentication::unchecked;
        case spf::Verdict::none:
        case spf::Verdict::neutral:
        case spf::Verdict::fail:
        case spf::Verdict::softfail:
        case spf::Verdict::permerror:
            return Authentication::fail;
    }
    return Authentication::unchecked;
}

// A message takes one of the addresses, nobody knows which: the worst counts, a definite fail first.
const EgressResult& worst_of(const std::vector<EgressResult>& results) {
    const auto badness = [](const EgressResult& result) {
        const auto authentication = authentication_of(result.verdict);
        return authentication == Authentication::fail        ? 2
               : authentication == Authentication::unchecked ? 1
                                                             : 0;
    };
    return *std::max_element(results.begin(), results.end(),
                             [&](const auto& a, const auto& b) { return badness(a) < badness(b); });
}

std::string address_text(const EgressResult& worst, const std::vector<EgressResult>& results) {
    const auto same = static_cast<std::size_t>(
        std::count_if(results.begin(), results.end(), [&](const EgressResult& result) {
            return authentication_of(result.verdict) == authentication_of(worst.verdict);
        }));
    if (results.size() == 1) return worst.ip.to_string();
    if (same == results.size())
        return fmt::format("all {} addresses, {} for one", same, worst.ip.to_string());
    return fmt::format("{} ({} of {} addresses)", worst.ip.to_string(), same, results.size());
}

Leg spf_leg(const PathFacts& path) {
    Leg leg{
        .result = "unknown", .aligned = path.aligned, .reason = path.unknown, .alignment = path.alignment};
    if (path.domain.empty()) {
        // Nobody's domain aligns with nothing; the HELO name is somebody's.
        leg.authentication = Authentication::unchecked;
        leg.aligned = path.kind == PathKind::null ? Aligned::unknown : Aligned::no;
        return leg;
    }
    if (path.spf.empty()) {
        leg.authentication = Authentication::unchecked;
        if (leg.reason.empty()) leg.reason = "no address is known that the mail leaves from";
        return leg;
    }
    const auto& worst = worst_of(path.spf);
    leg.result = spf::to_string(worst.verdict);
    leg.authentication = authentication_of(worst.verdict);
    leg.reason = fmt::format("{}: {}", address_text(worst, path.spf), worst.reason);
    return leg;
}

Leg dkim_leg(const SigningFacts& key, const Scenario& scenario, std::string_view author) {
    Leg leg{.result = "none", .aligned = Aligned::no, .reason = {}, .alignment = {}};
    if (scenario.signing == Signing::off) {
        leg.reason = "mail through this relay is not signed";
        leg.alignment = "a signature of the relay's operator would not align";
        return leg;
    }
    if (key.state == KeyState::none) {
        leg.reason = key.reason;
        return leg;
    }
    leg.aligned = key.aligned;
    leg.reason = key.reason;
    leg.alignment = key.domain == author ? std::string() : key.alignment;
    if (scenario.body == Body::altered) {
        leg.result = "fail";
        leg.reason = "the relay alters the message after it was signed";
    } else if (key.state == KeyState::usable) {
        leg.result = "pass";
        leg.authentication = Authentication::pass;
    } else if (key.state == KeyState::unchecked) {
        leg.result = "temperror";
        leg.authentication = Authentication::unchecked;
    } else {
        // RFC 8601 section 2.7.1: no usable key is a permerror, a key that does not fit a fail.
        leg.result = key.state == KeyState::different ? "fail" : "permerror";
    }
    return leg;
}

std::string pass_reason(const Prediction& prediction) {
    if (prediction.spf.passes() && prediction.dkim.passes()) return "SPF and DKIM pass and align";
    return prediction.dkim.passes() ? "DKIM passes and aligns" : "SPF passes and aligns";
}

std::string fail_reason(const Prediction& prediction) {
    const bool spf = prediction.spf.authentication == Authentication::pass;
    const bool dkim = prediction.dkim.authentication == Authentication::pass;
    if (spf && dkim) return "SPF and DKIM pass, and neither aligns";
    if (spf) return "SPF passes but does not align, and no DKIM signature counts";
    if (dkim) return "DKIM passes but does not align, and SPF does not count";
    return "neither SPF nor DKIM passes for the From domain";
}

std::string open_reason(const Prediction& prediction) {
    if (prediction.dkim.is_open() && prediction.spf.is_open()) return "neither SPF nor DKIM could be checked";
    return prediction.dkim.is_open() ? "it depends on DKIM, which could not be checked"
                                     : "it depends on SPF, which could not be checked";
}

}  // namespace

Prediction predict_mail(const MailFacts& facts, const Scenario& scenario) {
    const auto* path = facts.find(scenario.path);
    if (path == nullptr) throw std::logic_error("a return path without its facts");
    Prediction result{.scenario = scenario,
                      .spf = spf_leg(*path),
                      .dkim = dkim_leg(facts.signing, scenario, facts.author),
                      .reason = {}};
    if (result.spf.passes() || result.dkim.passes()) {
        result.verdict = finding::Verdict::good;
        result.reason = pass_reason(result);
    } else if (result.spf.is_open() || result.dkim.is_open()) {
        result.verdict = finding::Verdict::unchecked;
        result.reason = open_reason(result);
    } else {
        result.verdict = finding::Verdict::bad;
        result.reason = fail_reason(result);
    }
    if (facts.policy == dmarc::DiscoveryResult::none) {
        result.dmarc = dmarc::EvaluationResult::none;
        return result;
    }
    switch (result.verdict) {
        case finding::Verdict::good:
            result.dmarc = dmarc::EvaluationResult::pass;
            break;
        case finding::Verdict::bad:
            result.dmarc = dmarc::EvaluationResult::fail;
            result.disposition = facts.effective;
            break;
        case finding::Verdict::unchecked:
            break;
    }
    // Without the record the mode of alignment is not known, nor whether there is a policy at all.
    if (facts.policy == dmarc::DiscoveryResult::unverified) {
        result.dmarc = dmarc::EvaluationResult::unverified;
        result.disposition.reset();
        result.verdict = finding::Verdict::unchecked;
        result.reason = "the DMARC policy could not be looked up";
    }
    return result;
}

}  // namespace app
