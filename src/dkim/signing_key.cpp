#include "dkim/signing_key.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "base/text.hpp"
#include "crypto/verify_signature.hpp"

namespace dkim {

namespace {

constexpr std::size_t most_keys = 8;

const finding::Finding* first_error(const std::vector<finding::Finding>& findings) {
    const auto found = std::find_if(findings.begin(), findings.end(), [](const finding::Finding& finding) {
        return finding.severity == finding::Severity::error;
    });
    return found == findings.end() ? nullptr : &*found;
}

Fault permanent(std::string reason) {
    return {.outcome = Outcome::permerror, .reason = std::move(reason)};
}

std::optional<Fault> check_record(const Signature& signature, const KeyInspection& inspection) {
    if (!inspection.is_key) return permanent("the text at the selector is no DKIM key");
    if (inspection.record && inspection.record->is_revoked()) return permanent("the key is revoked");
    const auto kind = to_string(signature.kind);
    if (inspection.record && !base::equals_ignoring_case(inspection.record->key_type, kind))
        return permanent(fmt::format("the key is k={}, the signature {}",
                                     base::quoted(inspection.record->key_type), signature.algorithm));
    if (inspection.key && inspection.key->kind() == crypto::KeyKind::rsa) {
        constexpr unsigned least_bits = 1024;
        const auto bits = inspection.key->bits();
        if (bits < least_bits)
            return Fault{.outcome = Outcome::policy,
                         .reason = fmt::format("an RSA key of {} bits is too short", bits)};
        if (crypto::is_costly(*inspection.key)) {
            const bool is_exponent = inspection.key->exponent() > std::numeric_limits<std::uint32_t>::max();
            return Fault{
                .outcome = Outcome::policy,
                .reason = is_exponent
                              ? fmt::format("an RSA key of {} bits with such an exponent is refused", bits)
                              : fmt::format("an RSA key of {} bits is too long, and is refused", bits)};
        }
    }
    // Several records are an error of the DNS, not of this one.
    if (const auto* error = first_error(inspection.findings)) return permanent(in_words(*error));
    if (!inspection.record || !inspection.key) return permanent("the key record cannot be read");
    if (signature.at_subdomain && inspection.record->forbids_subdomains())
        return permanent("i= is at a subdomain, which t=s of the key forbids");
    return std::nullopt;
}

void explain(KeyChoice& choice, const Signature& signature, const KeyInspection& inspection,
             const std::string& subject) {
    const auto add = [&](std::string_view id, std::string observed) {
        choice.findings.push_back(finding::make(id, subject, std::move(observed)));
    };
    if (!inspection.record) return;
    const auto& record = *inspection.record;
    if (record.is_revoked()) return;
    if (!base::equals_ignoring_case(record.key_type, to_string(signature.kind)))
        add("dkim-signature-key-kind",
            fmt::format("a={}, but the key is k={}", base::quoted(signature.algorithm),
                        base::quoted(record.key_type)));
    if (inspection.key && crypto::is_costly(*inspection.key))
        add("dkim-signature-key-refused", fmt::format("an RSA key of {} bits", inspection.key->bits()));
    if (signature.at_subdomain && record.forbids_subdomains())
        add("dkim-signature-identity-strict", "i=" + base::quoted(signature.identity));
}

std::optional<Fault> missing_key(const KeyLookup& lookup) {
    if (dns::is_temporary(lookup.status))
        return Fault{
            .outcome = Outcome::temperror,
            .reason = "the key could not be looked up: " +
                      (lookup.detail.empty() ? std::string(dns::to_string(lookup.status)) : lookup.detail)};
    if (lookup.records.empty())
        return permanent(
            fmt::format("there is no key at {}: {}", lookup.name, dns::to_string(lookup.status)));
    return std::nullopt;
}

}  // namespace

KeyChoice choose_keys(const Signature& signature, const KeyLookup& lookup, const std::string& subject) {
    KeyChoice choice{.usable = {}, .fault = missing_key(lookup)};
    if (choice.fault) return choice;
    for (const auto& inspection : lookup.records) {
        if (choice.usable.size() == most_keys) break;
        auto fault = check_record(signature, inspection);
        if (!fault) {
            choice.usable.push_back(&inspection);
        } else if (!choice.fault || &inspection == lookup.key()) {
            choice.fault = std::move(fault);
        }
    }
    if (!choice.usable.empty()) {
        choice.fault.reset();
    } else if (lookup.key() != nullptr) {
        explain(choice, signature, *lookup.key(), subject);
    }
    return choice;
}

KeyLookup read_key_records(const std::vector<std::string>& texts) {
    KeyLookup lookup{.domain = {}, .selector = {}, .name = "--key-record", .status = dns::Status::found};
    for (const auto& text : texts) {
        lookup.records.push_back(inspect_key_record(text, "the key record given"));
        const auto& inspection = lookup.records.back();
        lookup.findings.insert(lookup.findings.end(), inspection.findings.begin(), inspection.findings.end());
        if (!lookup.chosen && inspection.is_key) lookup.chosen = lookup.records.size() - 1;
    }
    return lookup;
}

}  // namespace dkim
