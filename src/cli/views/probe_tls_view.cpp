#include "cli/views/probe_tls_view.hpp"

#include <fmt/format.h>

#include "app/probe_summary.hpp"
#include "app/tls_scan.hpp"
#include "base/text.hpp"
#include "cli/told.hpp"
#include "cli/views/finding_view.hpp"

namespace cli {

using output::text_or_null;
using output::Value;

namespace {

std::int64_t days_left(const net::Certificate& certificate, base::Time now) {
    return std::chrono::floor<std::chrono::days>(certificate.not_after - now).count();
}

Value certificate_item(const net::Certificate& certificate, base::Time now) {
    return Value::object({{"subject", certificate.subject},
                          {"issuer", certificate.issuer},
                          {"names", Value::list(certificate.names)},
                          {"not_before", base::to_rfc3339(certificate.not_before)},
                          {"not_after", base::to_rfc3339(certificate.not_after)},
                          {"days_left", days_left(certificate, now)},
                          {"fingerprint_sha256", certificate.fingerprint_sha256},
                          {"key", certificate.key},
                          {"self_signed", certificate.self_signed},
                          {"key_bits", certificate.key_bits},
                          {"signature", certificate.signature},
                          {"serial", certificate.serial},
                          {"spki_sha256", certificate.spki_sha256},
                          {"issued_by_next", certificate.issued_by_next},
                          {"must_staple", certificate.must_staple}});
}

Value time_or_null(const std::optional<base::Time>& time) {
    return time ? Value(base::to_rfc3339(*time)) : Value();
}

Value staple_item(const net::Staple& staple) {
    return Value::object({{"status", net::to_string(staple.status)},
                          {"detail", text_or_null(staple.detail)},
                          {"this_update", time_or_null(staple.this_update)},
                          {"next_update", time_or_null(staple.next_update)},
                          {"revoked_at", time_or_null(staple.revoked_at)}});
}

// The CN of a distinguished name, or all of it.
std::string common_name(const std::string& distinguished_name) {
    const auto at = distinguished_name.find("CN=");
    if (at == std::string::npos) return distinguished_name;
    return distinguished_name.substr(at + 3, distinguished_name.find_first_of(",+", at) - at - 3);
}

// A certificate that fits shows the name it was matched with; another shows the names it has.
std::string certificate_text(const app::ProbeTarget& target, const net::TlsInfo& tls, base::Time now,
                             const output::Terminal& terminal) {
    const auto& leaf = tls.chain.front();
    const bool ok = tls.status == net::CertificateStatus::ok;
    const auto own_names = leaf.names.empty() ? common_name(leaf.subject) : base::join(leaf.names, ", ");
    std::string status = "name ok, chain ok";
    if (ok && !target.fingerprint.empty()) status = "fingerprint ok";
    if (!ok)
        status =
            fmt::format("{}{}{}", net::to_string(tls.status), tls.reason.empty() ? "" : ": ", tls.reason);
    return titled_text("CERT",
                       told(fmt::format("{}, issuer {}", ok ? target.host.to_string() : own_names,
                                        common_name(leaf.issuer))),
                       terminal) +
           titled_text("", told(status) + ", " + told(validity_text(leaf, now)), terminal);
}

std::string date_of(base::Time time) {
    return base::to_rfc3339(time).substr(0, 10);
}

// The leaf's issuer is told above; of each certificate what it is, its key, and until when.
std::string chain_text(const net::TlsInfo& tls, base::Time now, const output::Terminal& terminal) {
    std::string text;
    for (std::size_t i = 0; i < tls.chain.size(); ++i) {
        const auto& certificate = tls.chain[i];
        const auto days = days_left(certificate, now);
        const auto line =
            fmt::format("{} {}, {}, {}, until {} ({} days){}", i + 1, common_name(certificate.subject),
                        certificate.key, certificate.signature, date_of(certificate.not_after), days,
                        certificate.self_signed ? ", self-signed" : "");
        text += titled_text(i == 0 ? "CHAIN" : "", told(line), terminal);
    }
    return text;
}

std::string staple_text(const net::Staple& staple, const output::Terminal& terminal) {
    if (staple.status == net::StapleStatus::none) return "";
    std::string text(net::to_string(staple.status));
    if (!staple.detail.empty()) text += ": " + staple.detail;
    if (staple.this_update) text += ", of " + date_of(*staple.this_update);
    if (staple.next_update) text += ", until " + date_of(*staple.next_update);
    return titled_text("OCSP", told(text), terminal);
}

// In the order the server chose them.
std::string cipher_list(const app::TlsScanVersion& version) {
    std::vector<std::string> words;
    for (const auto& name : version.ciphers)
        words.push_back(app::is_weak_cipher(name) ? name + " (weak)" : name);
    if (!version.complete) words.push_back("... " + version.detail);
    return base::join(words, ", ");
}

std::string without_tls(const app::ProbeReport& report) {
    const auto at = app::combination_short_of_tls(report);
    if (!at) return "not done: no endpoint with TLS";
    const auto& cell = report.combinations[*at];
    return fmt::format("not done: at {} {} it did not come to TLS: {}", cell.endpoint.port,
                       relay::to_string(cell.endpoint.security), cell.reason);
}

std::string scan_line(const app::TlsScanVersion& version) {
    switch (version.answer) {
        case app::TlsScanVersion::Answer::accepted:
            return cipher_list(version);
        case app::TlsScanVersion::Answer::refused:
            return "not accepted";
        case app::TlsScanVersion::Answer::unchecked:
            return "could not be checked: " + version.detail;
    }
    return {};
}

Value accepted_value(app::TlsScanVersion::Answer answer) {
    if (answer == app::TlsScanVersion::Answer::unchecked) return Value();
    return Value(answer == app::TlsScanVersion::Answer::accepted);
}

// "1.3" of "TLSv1.3", "1.0" of "TLSv1".
std::string short_version(net::TlsVersion version) {
    const auto name = net::to_string(version).substr(4);
    return name == "1" ? "1.0" : std::string(name);
}

}  // namespace

std::string validity_text(const net::Certificate& certificate, base::Time now) {
    if (certificate.not_before > now)
        return fmt::format("valid in {} days",
                           std::chrono::ceil<std::chrono::days>(certificate.not_before - now).count());
    const auto days = days_left(certificate, now);
    return days < 0 ? fmt::format("expired {} days ago", -days) : fmt::format("{} days left", days);
}

Value tls_item(const net::TlsInfo& tls, base::Time now) {
    Value chain = Value::array();
    for (const auto& certificate : tls.chain)
        chain.push_back(certificate_item(certificate, now));
    return Value::object({{"version", tls.version},
                          {"cipher", tls.cipher},
                          {"group", text_or_null(tls.group)},
                          {"server_name", text_or_null(tls.server_name)},
                          {"peer_signature", text_or_null(tls.peer_signature)},
                          {"name_matches", tls.name_matches},
                          {"wants_client_certificate", tls.wants_client_certificate},
                          {"staple", staple_item(tls.staple)},
                          {"certificate", net::to_string(tls.status)},
                          {"reason", text_or_null(tls.reason)},
                          {"chain", std::move(chain)}});
}

std::string dane_text(const app::ProbeReport& report, const output::Terminal& terminal) {
    if (report.dane_asked && report.dane.empty())
        // RFC 7672 section 2.2: TLSA records stand at the host's name.
        return titled_text("DANE",
                           told(report.target.host.name() ? without_tls(report)
                                                          : "not done: an address has no TLSA records"),
                           terminal);
    std::string text;
    for (const auto& check : report.dane) {
        std::string line = fmt::format("port {}: ", check.port);
        if (!check.matched.empty()) {
            line += check.matched + " names " + check.matched_subject;
        } else if (check.status == dns::Status::found) {
            line += fmt::format("{} {} at {}, none matches", check.records.size(),
                                check.records.size() == 1 ? "record" : "records", check.tlsa_name);
        } else {
            line += fmt::format("no records: {}", dns::to_string(check.status));
        }
        if (check.status == dns::Status::found)
            line += !check.secure ? ", DNSSEC not known" : *check.secure ? ", DNSSEC ok" : ", no DNSSEC";
        text += titled_text(text.empty() ? "DANE" : "", told(line), terminal);
    }
    return text;
}

Value dane_items(const std::vector<app::DaneCheck>& checks) {
    Value items = Value::array();
    for (const auto& check : checks)
        items.push_back(Value::object({{"port", check.port},
                                       {"tlsa_name", text_or_null(check.tlsa_name)},
                                       {"status", dns::to_string(check.status)},
                                       {"secure", check.secure ? Value(*check.secure) : Value()},
                                       {"records", Value::list(check.records)},
                                       {"usable", check.usable},
                                       {"matched", text_or_null(check.matched)},
                                       {"matched_subject", text_or_null(check.matched_subject)}}));
    return items;
}

std::string policy_text(const std::optional<app::PolicyCheck>& check, const std::string& host,
                        const output::Terminal& terminal) {
    if (!check) return "";
    if (!check->policy)
        return titled_text("STS", told("no policy of " + check->domain + " that can be used"), terminal);
    std::string text = fmt::format("{}, mode {}: ", check->domain, mta_sts::to_string(check->policy->mode));
    if (check->policy->mode == mta_sts::Mode::none)
        return titled_text("STS", told(text + "the policy asks for nothing"), terminal);
    text += check->pattern.empty() ? "no mx line covers " + host
                                   : fmt::format("mx {} covers {}", check->pattern, host);
    if (!check->port) return titled_text("STS", told(text + ", port 25 was not tried"), terminal);
    text += !check->tls_verifies ? ", TLS not known" : *check->tls_verifies ? ", TLS ok" : ", TLS fails";
    return titled_text("STS", told(text + fmt::format(" on port {}", *check->port)), terminal);
}

Value policy_item(const std::optional<app::PolicyCheck>& check) {
    if (!check) return nullptr;
    const auto& policy = check->policy;
    return Value::object({{"domain", check->domain},
                          {"url", text_or_null(check->url)},
                          {"id", text_or_null(check->id)},
                          {"mode", policy ? Value(mta_sts::to_string(policy->mode)) : Value()},
                          {"max_age_s", policy ? Value(static_cast<std::int64_t>(policy->max_age)) : Value()},
                          {"mx", policy ? Value::list(policy->mx) : Value()},
                          {"pattern", text_or_null(check->pattern)},
                          {"port", check->port ? Value(*check->port) : Value()},
                          {"tls_verifies", check->tls_verifies ? Value(*check->tls_verifies) : Value()},
                          {"verdict", finding::to_string(check->verdict)}});
}

std::string tls_scan_text(const app::ProbeReport& report, const output::Terminal& terminal) {
    constexpr std::size_t below_version = 12;
    const auto& scan = report.tls_scan;
    if (!scan) return report.tls_scan_asked ? titled_text("SCAN", told(without_tls(report)), terminal) : "";
    std::string text = titled_line(
        "SCAN", fmt::format("port {}, {}", scan->endpoint.port, relay::to_string(scan->endpoint.security)));
    for (const auto& version : scan->versions)
        text += titled_text(fmt::format("{:<7}{}", "", short_version(version.version)),
                            told(scan_line(version)), terminal, below_version);
    return text;
}

Value tls_scan_item(const std::optional<app::TlsScan>& scan) {
    if (!scan) return nullptr;
    Value versions = Value::array();
    for (const auto& version : scan->versions) {
        Value ciphers = Value::array();
        for (const auto& name : version.ciphers)
            ciphers.push_back(Value::object({{"name", name},
                                             {"weak", app::is_weak_cipher(name)},
                                             {"anonymous", app::is_anonymous_cipher(name)},
                                             {"forward_secrecy", !app::lacks_forward_secrecy(name)}}));
        versions.push_back(Value::object({{"version", net::to_string(version.version)},
                                          {"accepted", accepted_value(version.answer)},
                                          {"ciphers", std::move(ciphers)},
                                          {"complete", version.complete},
                                          {"detail", text_or_null(version.detail)}}));
    }
    return Value::object({{"port", scan->endpoint.port},
                          {"security", relay::to_string(scan->endpoint.security)},
                          {"versions", std::move(versions)}});
}

std::string tls_text(const app::ProbeTarget& target, const net::TlsInfo& tls, base::Time now,
                     const output::Terminal& terminal) {
    std::string version = tls.version;
    if (version.starts_with("TLSv")) version.erase(0, 4);
    std::string text = fmt::format("{}, {}", base::printable(version), base::printable(tls.cipher));
    if (!tls.group.empty()) text += ", " + base::printable(tls.group);
    text = titled_text("TLS", text, terminal);
    if (tls.chain.empty()) return text;
    return text + certificate_text(target, tls, now, terminal) + chain_text(tls, now, terminal) +
           staple_text(tls.staple, terminal);
}

}  // namespace cli
