#include "app/tls_scan.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "net/run.hpp"
#include "smtp/session.hpp"

namespace app {

namespace {

using Answer = TlsScanVersion::Answer;
using Steady = std::chrono::steady_clock;

constexpr Milliseconds goodbye_limit{1000};

struct Attempt {
    std::string cipher = {};  // empty = no handshake
    bool refused = false;     // the server, or OpenSSL, ended the handshake
    std::string detail = {};
};

Attempt failure_of(const smtp::Session& session) {
    Attempt attempt;
    const auto& failure = session.failure();
    if (!failure) return attempt;
    attempt.detail = failure->detail;
    attempt.refused =
        failure->kind == smtp::FailureKind::handshake && !failure->detail.starts_with(net::plain_text_answer);
    return attempt;
}

// Up to where TLS begins; false = it did not come to that.
net::Task<bool> go_to_tls(smtp::Session& session, const TlsScanRequest& request, Attempt& attempt) {
    if (request.security == relay::Security::ssl) co_return true;
    const auto greeting = co_await session.read_greeting();
    if (greeting && !greeting->is_positive()) attempt.detail = greeting->to_string();
    if (!greeting || !greeting->is_positive()) co_return false;
    const auto hello = co_await session.ehlo(request.ehlo_name);
    if (hello && !hello->is_positive()) attempt.detail = hello->to_string();
    co_return hello && hello->is_positive();
}

net::Task<Attempt> shake_hands(net::Dialer& dialer, const TlsScanRequest& request, net::TlsOffer offer) {
    Attempt attempt;
    auto stream = co_await dialer.connect(request.endpoint, request.deadline);
    if (!stream) {
        attempt.detail = stream.error().message;
        co_return attempt;
    }
    smtp::Session session(**stream);
    session.set_deadline(request.deadline);
    const bool ready = co_await go_to_tls(session, request, attempt);
    if (!ready) {
        if (attempt.detail.empty()) attempt.detail = failure_of(session).detail;
        (*stream)->close();
        co_return attempt;
    }
    net::TlsOptions options;
    options.server_name = request.server_name;
    options.offer = std::move(offer);
    std::optional<base::Result<net::TlsInfo>> info;
    if (request.security == relay::Security::ssl) {
        info = co_await session.start_implicit_tls(options);
    } else {
        info = co_await session.start_tls(options);
    }
    if (info->has_error()) {
        attempt = failure_of(session);
        (*stream)->close();
        co_return attempt;
    }
    attempt.cipher = info->value().cipher;
    session.set_deadline(std::min(request.deadline, Steady::now() + goodbye_limit));
    co_await session.quit();
    co_return attempt;
}

// Fills in what the attempts say; false = there is no more to try.
bool take(const Attempt& attempt, TlsScanVersion& version) {
    auto& ciphers = version.ciphers;
    if (!attempt.cipher.empty()) {
        version.answer = Answer::accepted;
        // A server that chooses what was not offered would be asked for ever.
        if (std::find(ciphers.begin(), ciphers.end(), attempt.cipher) != ciphers.end()) {
            version.detail = fmt::format("the server chose {} again, which was not offered", attempt.cipher);
            return false;
        }
        ciphers.push_back(attempt.cipher);
        return true;
    }
    const bool wants_certificate = attempt.detail.find(net::client_certificate_wanted) != std::string::npos;
    if (attempt.refused && !wants_certificate) {
        version.complete = true;
        if (ciphers.empty()) version.answer = Answer::refused;
        if (ciphers.empty()) version.detail = attempt.detail;
        return false;
    }
    if (wants_certificate) version.answer = Answer::accepted;
    version.detail = attempt.detail;
    return false;
}

net::Task<void> scan_version(net::Dialer& dialer, const TlsScanRequest& request, TlsScanVersion& version) {
    for (std::size_t i = 0; i < request.handshakes; ++i) {
        net::TlsOffer offer;
        offer.version = version.version;
        offer.without = version.ciphers;
        const auto attempt = co_await shake_hands(dialer, request, std::move(offer));
        if (!take(attempt, version)) co_return;
    }
    version.detail = fmt::format("more than {} ciphers", request.handshakes - 1);
}

void add(std::vector<std::string>& names, std::string_view name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
}

}  // namespace

net::Task<TlsScan> scan_tls(net::Dialer& dialer, TlsScanRequest request) {
    TlsScan scan;
    scan.endpoint = ProbeEndpoint{request.endpoint.port, request.security};
    for (const auto version :
         {net::TlsVersion::tls1_3, net::TlsVersion::tls1_2, net::TlsVersion::tls1_1, net::TlsVersion::tls1_0})
        scan.versions.push_back(TlsScanVersion{.version = version});
    const auto make = [&](std::size_t i) { return scan_version(dialer, request, scan.versions[i]); };
    co_await net::for_each(scan.versions.size(), request.connections, make);
    co_return scan;
}

bool is_weak_cipher(std::string_view name) {
    for (const std::string_view part : {"NULL", "RC4", "RC2", "DES", "EXP", "MD5", "IDEA"})
        if (name.find(part) != std::string_view::npos) return true;
    return false;
}

bool is_anonymous_cipher(std::string_view name) {
    return name.starts_with("ADH-") || name.starts_with("AECDH-");
}

bool lacks_forward_secrecy(std::string_view name) {
    // PSK and SRP are no one's here; what names no key exchange at all is RSA.
    return !name.starts_with("TLS_") && !name.starts_with("ECDHE-") && !name.starts_with("DHE-") &&
           !is_weak_cipher(name) && !is_anonymous_cipher(name);
}

bool accepts_only_old_versions(const TlsScan& scan) {
    bool any = false;
    for (const auto& version : scan.versions) {
        const bool is_old =
            version.version == net::TlsVersion::tls1_0 || version.version == net::TlsVersion::tls1_1;
        if (is_old && version.answer == Answer::accepted) any = true;
        if (!is_old && version.answer != Answer::refused) return false;
    }
    return any;
}

std::vector<finding::Finding> scan_findings(const TlsScan& scan, const std::string& subject) {
    std::vector<std::string> old;
    std::vector<std::string> weak;
    std::vector<std::string> anonymous;
    std::vector<std::string> without_secrecy;
    std::vector<std::string> incomplete;
    for (const auto& version : scan.versions) {
        const bool is_old =
            version.version == net::TlsVersion::tls1_0 || version.version == net::TlsVersion::tls1_1;
        if (is_old && version.answer == Answer::accepted) add(old, net::to_string(version.version));
        if (!version.complete)
            incomplete.push_back(fmt::format("{}: {}", net::to_string(version.version), version.detail));
        for (const auto& cipher : version.ciphers) {
            if (is_weak_cipher(cipher)) add(weak, cipher);
            if (is_anonymous_cipher(cipher)) add(anonymous, cipher);
            if (lacks_forward_secrecy(cipher)) add(without_secrecy, cipher);
        }
    }
    std::vector<finding::Finding> findings;
    const auto tell = [&](std::string_view id, const std::vector<std::string>& seen) {
        if (!seen.empty()) findings.push_back(finding::make(id, subject, base::join(seen, ", ")));
    };
    tell("tls-old-version-accepted", old);
    if (accepts_only_old_versions(scan))
        findings.back().remedy = "Switch on TLS 1.2 and 1.3 at the server first; then switch these off.";
    tell("tls-weak-cipher-accepted", weak);
    tell("tls-anonymous-cipher-accepted", anonymous);
    tell("tls-no-forward-secrecy", without_secrecy);
    tell("tls-scan-incomplete", incomplete);
    return findings;
}

}  // namespace app
