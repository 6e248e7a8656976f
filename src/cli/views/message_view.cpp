#include "cli/views/message_view.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/views/finding_view.hpp"
#include "spf/header_fields.hpp"

namespace cli {

using output::text_or_null;
using output::Value;

namespace {

constexpr ColumnView columns[] = {
    {.key = "result", .title = "RESULT", .never_cut = true},
    {.key = "domain", .title = "DOMAIN", .never_cut = true},
    {.key = "selector", .title = "SELECTOR"},
    {.key = "algorithm", .title = "ALGORITHM"},
    {.key = "key", .title = "KEY"},
    {.key = "reason", .title = "REASON", .spoken = true},
    {.key = "findings", .title = "FINDINGS"},
    {.key = "method", .title = "METHOD"},
    {.key = "number", .title = "NO", .shown = false, .number = true},
    {.key = "identity", .title = "IDENTITY", .shown = false},
    {.key = "file", .title = "FILE", .shown = false},
};

// Seconds since 1970 that the text of a time has no room for are told by t= in `tags` alone.
Value time_or_null(const std::optional<std::uint64_t>& seconds) {
    constexpr std::uint64_t year_10000 = 253402300800;
    if (!seconds || *seconds >= year_10000) return {};
    return base::to_rfc3339(base::Time(std::chrono::seconds(*seconds)));
}

Value body_item(const dkim::SignatureResult& result) {
    if (!result.body) return {};
    const auto& body = *result.body;
    return Value::object({{"matches", body.matches},
                          {"claimed_hash", base::encode_base64(result.signature.body_hash)},
                          {"computed_hash", base::encode_base64(body.computed.digest)},
                          {"hashed_octets", body.computed.hashed},
                          {"canonical_octets", body.computed.size},
                          {"length_limit", result.signature.length}});
}

Value signature_item(const dkim::SignatureResult& result) {
    const auto& signature = result.signature;
    return Value::object({{"number", result.number},
                          {"result", to_string(result.outcome)},
                          {"reason", result.reason},
                          {"domain", signature.domain ? Value(signature.domain->ascii())
                                                      : text_or_null(signature.domain_text)},
                          {"selector", text_or_null(signature.selector)},
                          {"identity", text_or_null(signature.identity)},
                          {"algorithm", text_or_null(signature.algorithm)},
                          {"canonicalization", to_string(signature.canonical)},
                          {"signed_fields", Value::list(signature.names)},
                          {"signed_at", time_or_null(signature.time)},
                          {"expires_at", time_or_null(signature.expiry)},
                          {"key_name", text_or_null(result.key_name)},
                          {"key", text_or_null(result.key_text)},
                          {"key_testing", result.key_is_testing},
                          {"body", body_item(result)},
                          {"header_matches", result.header_matches ? Value(*result.header_matches) : Value()},
                          {"clues", Value::list(result.clues)},
                          {"field", signature.text},
                          {"findings", finding_items(result.findings)}});
}

Value spf_item(const app::MessageSpf& spf) {
    return Value::object({{"result", spf::to_string(spf.evaluation.verdict)},
                          {"ip", spf.query.ip.to_string()},
                          {"identity", spf::to_string(spf.query.identity)},
                          {"domain", text_or_null(spf.query.domain)},
                          {"reason", text_or_null(spf.evaluation.reason)}});
}

Value dmarc_item(const app::MessageDmarc& dmarc) {
    Value identifiers = Value::array();
    std::string reason = dmarc.fault;
    if (dmarc.evaluation) {
        reason = dmarc.evaluation->reason;
        for (const auto& each : dmarc.evaluation->identifiers)
            identifiers.push_back(Value::object(
                {{"mechanism",
                  each.identifier.mechanism == dmarc::Identifier::Mechanism::spf ? "spf" : "dkim"},
                 {"domain", each.identifier.domain.to_string()},
                 {"passes", each.identifier.authentication == dmarc::Authentication::pass},
                 {"aligned", dmarc::to_string(each.aligned)},
                 {"reason", text_or_null(each.reason)}}));
    }
    const bool known = dmarc.discovery && dmarc.discovery->effective;
    return Value::object({{"result", dmarc.result()},
                          {"author_domain", text_or_null(dmarc.author_domain)},
                          {"policy", known ? Value(dmarc::to_string(*dmarc.discovery->effective)) : Value()},
                          {"disposition", text_or_null(disposition(dmarc))},
                          {"reason", text_or_null(reason)},
                          {"identifiers", std::move(identifiers)}});
}

}  // namespace

std::span<const ColumnView> message_columns() {
    return columns;
}

std::string_view message_result(const dkim::MessageResult& result) {
    if (result.signatures.empty()) return "none";
    for (const auto wanted : {dkim::Outcome::pass, dkim::Outcome::temperror})
        for (const auto& signature : result.signatures)
            if (signature.outcome == wanted) return to_string(wanted);
    return to_string(result.signatures.front().outcome);
}

std::string disposition(const app::MessageDmarc& dmarc) {
    if (!dmarc.evaluation || !dmarc.evaluation->applied) return {};
    return std::string(dmarc::to_string(*dmarc.evaluation->applied));
}

Value message_item(const std::string& name, const app::MessageVerification& verification) {
    Value signatures = Value::array();
    for (const auto& signature : verification.dkim.signatures)
        signatures.push_back(signature_item(signature));
    return Value::object({{"file", name},
                          {"verdict", finding::to_string(verification.verdict())},
                          {"result", message_result(verification.dkim)},
                          {"signature_count", verification.dkim.total_signatures},
                          {"signatures", std::move(signatures)},
                          {"spf", verification.spf ? spf_item(*verification.spf) : Value()},
                          {"dmarc", verification.dmarc ? dmarc_item(*verification.dmarc) : Value()},
                          {"authentication_results", text_or_null(verification.authentication_results)},
                          {"findings", finding_items(verification.dkim.findings)}});
}

namespace {

// On one line.
std::string unfolded(std::string_view field) {
    std::vector<std::string> lines;
    for (const auto line : base::split(field, '\n'))
        lines.emplace_back(base::trim(line));
    return base::join(lines, " ");
}

}  // namespace

Value::Array message_rows(const std::string& name, const app::MessageVerification& verification) {
    Value::Array rows;
    for (const auto& signature : verification.dkim.signatures) {
        auto row = signature_item(signature);
        row.set("findings", finding_ids(signature.findings));
        row.set("method", "dkim");
        row.set("file", name);
        rows.push_back(std::move(row));
    }
    if (rows.empty())
        rows.push_back(Value::object({{"result", "none"},
                                      {"reason", "the message has no DKIM signature"},
                                      {"findings", finding_ids(verification.dkim.findings)},
                                      {"method", "dkim"},
                                      {"file", name}}));
    const auto add = [&](std::string_view method, Value row) {
        row.set("method", method).set("file", name);
        rows.push_back(std::move(row));
    };
    if (verification.spf) add("spf", spf_item(*verification.spf));
    if (verification.dmarc) {
        auto row = dmarc_item(*verification.dmarc);
        row.set("domain", text_or_null(verification.dmarc->author_domain));
        add("dmarc", std::move(row));
    }
    if (const auto& field = verification.authentication_results; !field.empty())
        add("authentication-results", Value::object({{"reason", unfolded(field)}}));
    return rows;
}

}  // namespace cli
