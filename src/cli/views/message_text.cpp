// What dkim verify found, as people read it.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/told.hpp"
#include "cli/views/finding_view.hpp"
#include "cli/views/message_view.hpp"

namespace cli {

using output::Style;

namespace {

Style style_of(std::string_view word) {
    if (word == "pass" || word == "ok") return Style::good;
    return word == "temperror" || word == "neutral" || word == "none" ? Style::warn : Style::bad;
}

std::string headline(std::string_view title, std::string_view word, std::string_view text,
                     const output::Terminal& terminal) {
    const std::string padding(word.size() < 4 ? 4 - word.size() : 0, ' ');
    return titled_line(title, output::paint(word, style_of(word), terminal) + padding +
                                  (text.empty() ? std::string() : "  " + told(text)));
}

std::string about(const dkim::SignatureResult& result) {
    const auto& signature = result.signature;
    std::string text = describe(signature);
    if (!signature.algorithm.empty()) text += ", " + signature.algorithm;
    if (result.signature.is_computable()) text += ", " + to_string(signature.canonical);
    if (!signature.identity.empty() && signature.identity != "@" + signature.domain_text)
        text += ", i=" + signature.identity;
    return text + ": " + result.reason;
}

std::string body_line(const dkim::SignatureResult& result, const output::Terminal& terminal) {
    if (!result.body) return "";
    const auto& computed = result.body->computed;
    const auto octets = computed.hashed == computed.size
                            ? fmt::format("{} octets", computed.size)
                            : fmt::format("{} of {} octets", computed.hashed, computed.size);
    const auto claimed = base::encode_base64(result.signature.body_hash);
    if (result.body->matches) return headline("BODY", "ok", octets + ", bh=" + claimed, terminal);
    return headline(
        "BODY", "changed",
        fmt::format("{}, bh={}, computed {}", octets, claimed, base::encode_base64(computed.digest)),
        terminal);
}

std::string header_line(const dkim::SignatureResult& result, const output::Terminal& terminal) {
    constexpr std::size_t most_shown = 300;
    if (!result.header_matches) return "";
    auto names = base::join(result.signature.names, " ");
    if (names.size() > most_shown) names = names.substr(0, most_shown) + " ...";
    return headline("HEADER", *result.header_matches ? "ok" : "changed", "signed: " + names, terminal);
}

std::string signature_text(const dkim::SignatureResult& result, const output::Terminal& terminal) {
    std::string text =
        headline(fmt::format("SIG {}", result.number), to_string(result.outcome), about(result), terminal);
    if (!result.key_name.empty())
        text += titled_line("KEY",
                            told(result.key_name + (result.key_text.empty() ? "" : ": " + result.key_text) +
                                 (result.key_is_testing ? ", in test mode" : "")));
    text += body_line(result, terminal) + header_line(result, terminal);
    for (const auto& clue : result.clues)
        text += titled_line("", told(clue));
    return text + findings_text(result.findings, terminal);
}

std::string spf_text(const app::MessageSpf& spf, const output::Terminal& terminal) {
    return headline(
        "SPF", spf::to_string(spf.evaluation.verdict),
        fmt::format("for {}, {} {}{}{}", spf.query.ip.to_string(), spf::to_string(spf.query.identity),
                    spf.query.domain, spf.evaluation.reason.empty() ? "" : ": ", spf.evaluation.reason),
        terminal);
}

std::string dmarc_text(const app::MessageDmarc& dmarc, const output::Terminal& terminal) {
    const auto asked = disposition(dmarc);
    const auto reason = dmarc.evaluation ? dmarc.evaluation->reason : dmarc.fault;
    std::string text = headline(
        "DMARC", dmarc.result(),
        fmt::format("From {}{}{}", dmarc.author_domain.empty() ? "-" : dmarc.author_domain,
                    asked.empty() ? "" : ", to be treated as " + asked, reason.empty() ? "" : ": " + reason),
        terminal);
    if (!dmarc.evaluation) return text;
    for (const auto& each : dmarc.evaluation->identifiers) {
        const bool passes = each.identifier.authentication == dmarc::Authentication::pass;
        text += titled_line(
            "",
            told(fmt::format("{} {} {}: {}",
                             each.identifier.mechanism == dmarc::Identifier::Mechanism::spf ? "SPF" : "DKIM",
                             passes ? "passes for" : "does not pass for", each.identifier.domain.to_string(),
                             each.reason)));
    }
    return text;
}

std::string summary(const app::MessageVerification& verification, const output::Terminal& terminal) {
    const auto& signatures = verification.dkim.signatures;
    const auto word = message_result(verification.dkim);
    const auto passing = std::count_if(signatures.begin(), signatures.end(),
                                       [](const auto& each) { return each.outcome == dkim::Outcome::pass; });
    const auto text = signatures.empty()
                          ? std::string("the message is not signed")
                          : fmt::format("{} of {} signatures {}", passing, verification.dkim.total_signatures,
                                        passing == 1 ? "holds" : "hold");
    return headline("DKIM", word, text, terminal);
}

}  // namespace

std::string message_text(const app::MessageVerification& verification, const output::Terminal& terminal) {
    std::string text = summary(verification, terminal);
    text += findings_text(verification.dkim.findings, terminal);
    for (const auto& signature : verification.dkim.signatures)
        text += "\n" + signature_text(signature, terminal);
    if (verification.spf || verification.dmarc) text += "\n";
    if (verification.spf) text += spf_text(*verification.spf, terminal);
    if (verification.dmarc) text += dmarc_text(*verification.dmarc, terminal);
    if (!verification.authentication_results.empty()) {
        text += "\n";
        for (const auto line : base::split(verification.authentication_results, '\n'))
            text += base::printable(line) + "\n";
    }
    return text;
}

}  // namespace cli
