#include "app/probe_certificate.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/probe_remedy.hpp"
#include "base/text.hpp"

namespace app {

namespace {

using net::CertificateStatus;

constexpr std::chrono::days soon{21};

std::string_view finding_id(CertificateStatus status) {
    switch (status) {
        case CertificateStatus::ok:
            return {};
        case CertificateStatus::expired:
            return "tls-certificate-expired";
        case CertificateStatus::not_yet_valid:
            return "tls-certificate-not-yet-valid";
        case CertificateStatus::self_signed:
            return "tls-certificate-self-signed";
        case CertificateStatus::unknown_issuer:
            return "tls-certificate-unknown-issuer";
        case CertificateStatus::missing_intermediate:
            return "tls-certificate-missing-intermediate";
        case CertificateStatus::name_mismatch:
            return "tls-certificate-name-mismatch";
        case CertificateStatus::fingerprint_mismatch:
            return "tls-certificate-fingerprint-mismatch";
        case CertificateStatus::weak:
            return "tls-certificate-weak";
        case CertificateStatus::revoked:
            return "tls-certificate-revoked";
        case CertificateStatus::other:
            return "tls-certificate-untrusted";
    }
    return "tls-certificate-untrusted";
}

// What the relay is set to concerns its own endpoint; at another, the same can be tried.
std::string command_for(const ProbeReport& report, const Combination& cell) {
    if (is_own(report, cell.endpoint)) return "relayctl edit " + report.target.relay;
    return probe_at(report, cell.endpoint);
}

// A name of the certificate becomes the relay's host only when it leads to the server: by the DNS, or by a
// probe of it that comes first.
std::string remedy_for_name(const ProbeReport& report, const Combination& cell) {
    const auto& [of, fitting, elsewhere, have_no_address] = report.other_names;
    if (of != cell.tls->chain.front().fingerprint_sha256) return {};
    const std::string relay = is_own(report, cell.endpoint) ? report.target.relay : std::string();
    if (!fitting.empty())
        return fmt::format("{0} has the same address: relayctl {1} {0}", fitting,
                           relay.empty() ? "probe" : fmt::format("edit {} --host", relay));
    if (!elsewhere.empty()) {
        const std::string probe = probe_host_at(elsewhere, cell.endpoint) + with_ca_file(report);
        return relay.empty() ? fmt::format("{} has another address: {}", elsewhere, probe)
                             : fmt::format(
                                   "{0} has another address: {1}; if that works and it is the same server: "
                                   "relayctl edit {2} --host {0}",
                                   elsewhere, probe, relay);
    }
    if (have_no_address)
        return "None of its names has an address: ask the server's operator which name it is to be reached "
               "by.";
    return {};
}

std::string remedy_for_chain(const ProbeReport& report, const Combination& cell) {
    const auto& tls = *cell.tls;
    if (tls.chain.empty()) return {};
    if (tls.status == CertificateStatus::name_mismatch && tls.chain.front().names.empty())
        return fmt::format("Have a certificate issued that names {} as a DNS name.",
                           report.target.host.to_string());
    if (tls.status == CertificateStatus::name_mismatch) return remedy_for_name(report, cell);
    if (tls.status == CertificateStatus::self_signed)
        return fmt::format("Compare the fingerprint with the server's operator, then: {} --fingerprint {}",
                           command_for(report, cell), tls.chain.front().fingerprint_sha256);
    if (tls.status == CertificateStatus::unknown_issuer)
        return fmt::format("If the issuer is your own authority: {} --ca-file FILE",
                           command_for(report, cell));
    return {};
}

// Where the certificate would not verify, switching that on alone would only break the relay.
std::string remedy_for_unverified(const ProbeReport& report, const Combination& cell) {
    if (report.target.relay.empty()) return {};
    std::string switch_on = command_for(report, cell) + " --verify-certificate on";
    if (cell.tls->status == CertificateStatus::ok || cell.tls->chain.empty()) return switch_on;
    return fmt::format("Compare the fingerprint with the server's operator, then: {} --fingerprint {}",
                       switch_on, cell.tls->chain.front().fingerprint_sha256);
}

std::string staple_text(const net::Staple& staple) {
    std::string text = staple.detail.empty() ? std::string(net::to_string(staple.status)) : staple.detail;
    if (staple.this_update) text += ", of " + base::to_rfc3339(*staple.this_update);
    if (staple.next_update) text += ", until " + base::to_rfc3339(*staple.next_update);
    return text;
}

// What the staple says beside the chain. A revoked certificate is told with the chain, where that is judged.
void add_staple_findings(const ProbeReport& report, const Combination& cell,
                         std::vector<finding::Finding>& findings) {
    const auto& tls = *cell.tls;
    const std::string subject = subject_of(report, cell);
    const auto add = [&](std::string_view id, std::string observed) {
        findings.push_back(finding::make(id, subject, std::move(observed)));
    };
    switch (tls.staple.status) {
        case net::StapleStatus::none:
            if (!tls.chain.empty() && tls.chain.front().must_staple)
                add("tls-staple-missing",
                    "the certificate asks for an OCSP staple and the server sends none");
            return;
        case net::StapleStatus::good:
            return;
        case net::StapleStatus::revoked:
            if (tls.status != CertificateStatus::revoked ||
                report.target.verification == relay::Verification::off)
                add("tls-certificate-revoked", "the OCSP staple says so: " + staple_text(tls.staple));
            return;
        case net::StapleStatus::unknown:
            add("tls-staple-unknown", staple_text(tls.staple));
            return;
        case net::StapleStatus::unusable:
            // Where the issuer is missing, the finding about the chain says more.
            if (tls.status == CertificateStatus::ok) add("tls-staple-unusable", staple_text(tls.staple));
            return;
    }
}

// A pinned certificate is good whatever its dates say, and does not stay so: its owner will replace it.
std::string time_left(std::chrono::days left, base::Time not_after) {
    const std::string when = base::to_rfc3339(not_after);
    if (left.count() < 0) return fmt::format("expired at {}, accepted because it is pinned", when);
    return fmt::format("{} days left, until {}", left.count(), when);
}

// What the dates of the certificate say besides: the chain is judged by its first fault, and this would come
// up next. Id and text, or empty ones.
std::pair<std::string_view, std::string> date_fault(const net::TlsInfo& tls, base::Time now) {
    const bool told = tls.status == CertificateStatus::expired ||
                      tls.status == CertificateStatus::not_yet_valid ||
                      tls.status == CertificateStatus::fingerprint_mismatch;
    if (told || tls.chain.empty()) return {};
    const auto& leaf = tls.chain.front();
    if (leaf.not_after < now)
        return {"tls-certificate-expired", "the certificate expired at " + base::to_rfc3339(leaf.not_after)};
    if (leaf.not_before > now)
        return {"tls-certificate-not-yet-valid",
                "the certificate is valid only from " + base::to_rfc3339(leaf.not_before)};
    return {};
}

void add_chain_findings(const ProbeReport& report, const Combination& cell, base::Time now,
                        std::vector<finding::Finding>& findings) {
    const auto& target = report.target;
    const auto& tls = *cell.tls;
    const std::string subject = subject_of(report, cell);
    if (target.verification == relay::Verification::off) {
        std::string observed = tls.reason.empty() ? "the certificate would verify" : tls.reason;
        if (const auto [id, text] = date_fault(tls, now); !id.empty()) observed += "; " + text;
        findings.push_back(finding::make("tls-unverified", subject, std::move(observed),
                                         remedy_for_unverified(report, cell)));
        return;
    }
    if (tls.status != CertificateStatus::ok) {
        findings.push_back(
            finding::make(finding_id(tls.status), subject, tls.reason, remedy_for_chain(report, cell)));
        if (const auto [id, text] = date_fault(tls, now); !id.empty())
            findings.push_back(finding::make(id, subject, text));
        return;
    }
    if (!tls.chain.empty()) {
        const auto left = std::chrono::floor<std::chrono::days>(tls.chain.front().not_after - now);
        if (left < soon)
            findings.push_back(finding::make("tls-certificate-expires-soon", subject,
                                             time_left(left, tls.chain.front().not_after)));
    }
}

}  // namespace

std::vector<finding::Finding> certificate_findings(const ProbeReport& report, const Combination& cell,
                                                   base::Time now) {
    std::vector<finding::Finding> findings;
    add_chain_findings(report, cell, now, findings);
    add_staple_findings(report, cell, findings);
    return findings;
}

bool wants_client_certificate(const Combination& cell) {
    if (cell.problem == Problem::none) return false;
    // Postfix goes through with TLS and says so in its next reply.
    const bool told = cell.tls && cell.tls->wants_client_certificate &&
                      base::lower(cell.observed).find("client certificate") != std::string::npos;
    return told || cell.observed.find(net::client_certificate_wanted) != std::string::npos;
}

std::string_view tls_failure_id(const Combination& cell) {
    if (wants_client_certificate(cell)) return "tls-client-certificate";
    if (cell.problem == Problem::handshake_failed &&
        cell.observed.find(net::only_old_versions) != std::string::npos)
        return "tls-version-too-old";
    return cell.problem == Problem::handshake_failed ? "tls-handshake-failed" : std::string_view();
}

}  // namespace app
