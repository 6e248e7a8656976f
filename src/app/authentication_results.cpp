#include "app/authentication_results.hpp"

#include <fmt/format.h>

#include "spf/header_fields.hpp"

namespace app {

namespace {

constexpr std::string_view separator = ";\n    ";
constexpr std::string_view fold = "\n    ";

// The first characters of b= tell signatures of one key apart (RFC 6008).
std::string signature_start(const base::Bytes& signature) {
    constexpr std::size_t shown = 8;
    return base::encode_base64(signature).substr(0, shown);
}

std::string dkim_result(const dkim::SignatureResult& result) {
    const auto& signature = result.signature;
    std::string text = fmt::format("dkim={}", to_string(result.outcome));
    if (result.outcome != dkim::Outcome::pass)
        text += fmt::format("{}reason={}", fold, spf::header_value(result.reason));
    if (!signature.domain) return text;
    text += fmt::format("{}header.d={}", fold, signature.domain->ascii());
    if (!signature.selector.empty()) text += " header.s=" + spf::header_value(signature.selector);
    if (!signature.algorithm.empty()) text += " header.a=" + spf::header_value(signature.algorithm);
    if (!signature.signature.empty())
        text += " header.b=" + spf::header_value(signature_start(signature.signature));
    return text;
}

std::string dmarc_result(const MessageDmarc& dmarc) {
    std::string text = fmt::format("dmarc={}", dmarc.result());
    const auto& reason = dmarc.evaluation ? dmarc.evaluation->reason : dmarc.fault;
    if (dmarc.result() != "pass" && !reason.empty())
        text += fmt::format("{}reason={}", fold, spf::header_value(reason));
    if (dmarc.discovery) text += fmt::format("{}header.from={}", fold, dmarc.discovery->domain.to_string());
    return text;
}

}  // namespace

std::string authentication_results(const MessageVerification& verification, std::string_view authserv_id) {
    std::string text = "Authentication-Results: " + spf::header_value(authserv_id);
    for (const auto& signature : verification.dkim.signatures)
        text.append(separator).append(dkim_result(signature));
    if (verification.dkim.signatures.empty()) text.append(separator).append("dkim=none");
    if (verification.spf)
        text.append(separator).append(
            spf::authentication_result(verification.spf->query, verification.spf->evaluation));
    if (verification.dmarc) text.append(separator).append(dmarc_result(*verification.dmarc));
    return text;
}

}  // namespace app
