#include "app/probe_certificate.hpp"

#include <fmt/format.h>

#include "app/probe_remedy.hpp"

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

// The one name that could stand as the host: a certificate with several leaves the choice to people.
std::string only_name(const net::Certificate& leaf) {
    std::string found;
    for (const auto& name : leaf.names) {
        const auto host = relay::Host::parse(name);
        if (!host || host->address()) continue;
        if (!found.empty()) return {};
        found = host->to_string();
    }
    return found;
}

std::string remedy_for(const ProbeTarget& target, const net::TlsInfo& tls) {
    if (tls.chain.empty()) return {};
    const auto& leaf = tls.chain.front();
    const std::string edit =
        target.relay.empty() ? std::string("use") : fmt::format("relayctl edit {}", target.relay);
    if (tls.status == CertificateStatus::name_mismatch) {
        const std::string name = only_name(leaf);
        if (name.empty()) return {};
        return target.relay.empty() ? fmt::format("If it is the same server, use its name {}.", name)
                                    : fmt::format("If it is the same server: {} --host {}", edit, name);
    }
    if (tls.status == CertificateStatus::self_signed)
        return fmt::format("Compare the fingerprint with the server's operator, then: {} --fingerprint {}",
                           edit, leaf.fingerprint_sha256);
    if (tls.status == CertificateStatus::unknown_issuer)
        return fmt::format("If the issuer is your own authority: {} --ca-file FILE", edit);
    return {};
}

}  // namespace

std::vector<finding::Finding> certificate_findings(const ProbeReport& report, const Combination& cell,
                                                   base::Time now) {
    std::vector<finding::Finding> findings;
    const auto& target = report.target;
    const auto& tls = *cell.tls;
    const std::string subject = subject_of(report, cell);
    if (target.verification == relay::Verification::off) {
        const std::string switch_on =
            target.relay.empty() ? std::string()
                                 : fmt::format("relayctl edit {} --verify-certificate on", target.relay);
        findings.push_back(finding::make("tls-unverified", subject,
                                         tls.reason.empty() ? "the certificate would verify" : tls.reason,
                                         switch_on));
        return findings;
    }
    if (tls.status != CertificateStatus::ok) {
        findings.push_back(
            finding::make(finding_id(tls.status), subject, tls.reason, remedy_for(target, tls)));
        return findings;
    }
    if (!tls.chain.empty() && target.fingerprint.empty()) {
        const auto left = std::chrono::floor<std::chrono::days>(tls.chain.front().not_after - now);
        if (left < soon)
            findings.push_back(finding::make("tls-certificate-expires-soon", subject,
                                             fmt::format("{} days left, until {}", left.count(),
                                                         base::to_rfc3339(tls.chain.front().not_after))));
    }
    return findings;
}

}  // namespace app
