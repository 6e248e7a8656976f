// A byte stream to a server, in clear or in TLS, as an interface: real sockets and scripted fakes look alike.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "base/base64.hpp"
#include "base/clock.hpp"
#include "base/ip_address.hpp"
#include "base/result.hpp"
#include "net/frame_memory.hpp"

namespace net {

template <class T>
using Task = boost::asio::awaitable<T>;
using Deadline = std::chrono::steady_clock::time_point;

struct Endpoint {
    base::IpAddress address;
    std::uint16_t port = 0;
    bool operator==(const Endpoint&) const = default;
};
std::string to_string(const Endpoint& endpoint);  // "192.0.2.1:25", "[2001:db8::1]:25"

struct Certificate {
    std::string subject;  // one line, RFC 2253
    std::string issuer;
    std::vector<std::string> names;  // DNS and IP subject alternative names, at most 64
    base::Time not_before;
    base::Time not_after;
    std::string fingerprint_sha256;  // of the DER, lower-case hex
    std::string key;                 // "RSA 2048", "EC P-256", "Ed25519"
    bool self_signed = false;
    int key_bits = 0;
    std::string signature = {};    // the algorithm it is signed with: "ecdsa-with-SHA256"
    std::string serial = {};       // lower-case hex
    std::string spki_sha256 = {};  // of the DER of its SubjectPublicKeyInfo, lower-case hex
    bool issued_by_next = false;   // the certificate behind it in the chain signed it
    bool must_staple = false;      // asks its users to insist on an OCSP staple (RFC 7633)
    base::Bytes der = {};          // the whole of it, and its SubjectPublicKeyInfo: what TLSA records name
    base::Bytes spki = {};
    bool operator==(const Certificate&) const = default;
};

// The OCSP answer that the server sends with its certificate (RFC 6066 section 8), checked against the
// chain's issuer. Nothing is ever fetched.
enum class StapleStatus {
    none,
    good,
    revoked,
    unknown,   // its issuer says it does not know the certificate
    unusable,  // see Staple::detail: unreadable, out of date, of another certificate, wrongly signed
};
std::string_view to_string(StapleStatus status);  // "none", "good", ...

struct Staple {
    StapleStatus status = StapleStatus::none;
    std::string detail = {};
    std::optional<base::Time> this_update = {};
    std::optional<base::Time> next_update = {};
    std::optional<base::Time> revoked_at = {};
    bool operator==(const Staple&) const = default;
};

enum class CertificateStatus {
    ok,
    expired,
    not_yet_valid,
    self_signed,
    unknown_issuer,
    missing_intermediate,
    name_mismatch,
    fingerprint_mismatch,
    weak,
    revoked,
    other,
};
std::string_view to_string(CertificateStatus status);  // "ok", "expired", "self-signed", ...

// What a scan offers in place of what relayctl speaks: one version, and all that OpenSSL knows of it but the
// ciphers of `without`. The session says what the server can do; it must carry nothing of worth.
enum class TlsVersion { tls1_0, tls1_1, tls1_2, tls1_3 };
std::string_view to_string(TlsVersion version);  // "TLSv1", "TLSv1.1", ... as in TlsInfo::version
struct TlsOffer {
    TlsVersion version = TlsVersion::tls1_2;
    std::vector<std::string> without = {};  // as in TlsInfo::cipher
};

struct TlsOptions {
    std::string server_name;       // host name (A-label) or IP literal: SNI and the name to match (RFC 9525)
    std::string ca_file = {};      // PEM; empty = the system's
    std::string fingerprint = {};  // SHA-256, lower-case hex; when set it decides alone
    std::optional<TlsOffer> offer = {};
};

struct TlsInfo {
    std::string version;             // "TLSv1.3"
    std::string cipher;              // "TLS_AES_256_GCM_SHA384"
    std::string group;               // "X25519", empty when unknown
    std::vector<Certificate> chain;  // as sent, leaf first, at most 10
    CertificateStatus status = CertificateStatus::other;
    std::string reason;  // the verification fault in words, empty when ok
    // Channel binding for SASL (RFC 5056): "tls-exporter" of TLS 1.3 (RFC 9266), "tls-server-end-point" of
    // TLS 1.2 (RFC 5929 section 4); empty where there is none.
    std::string binding_type = {};
    base::Bytes binding = {};
    std::string server_name = {};     // the SNI that was sent, empty when none was
    std::string peer_signature = {};  // what the server proved its key with: "ECDSA SHA256", "RSA-PSS SHA256"
    bool name_matches = false;        // whatever the rest of the chain is like
    bool wants_client_certificate = false;
    Staple staple = {};
    bool operator==(const TlsInfo&) const = default;
};

// The Error of start_tls() on a port that speaks first, and in clear, begins with this text; the first line
// that the server sent follows in quotes.
inline constexpr std::string_view plain_text_answer = "the server answered in plain text, not TLS";

// Part of the Error of start_tls(), or of a read after it (TLS 1.3 tells so late), of a server that ends TLS
// for want of a client certificate; and of one whose versions are all too old.
inline constexpr std::string_view client_certificate_wanted = "the server asks for a client certificate";
inline constexpr std::string_view only_old_versions = "the server supports no TLS version from 1.2 on";
inline constexpr std::string_view alert_sent = "the server sent the alert";

// Was it TLS that answered start_tls(), though the handshake failed?
inline bool is_tls_answer(const base::Error& error) {
    return error.message.find(only_old_versions) != std::string::npos ||
           error.message.find(alert_sent) != std::string::npos;
}

class Stream {
  public:
    virtual ~Stream() = default;

    // Every later operation fails with kind unavailable ("timed out") once the deadline has passed.
    virtual void set_deadline(Deadline deadline) = 0;
    // At least one byte; 0 = the peer closed the stream in order.
    virtual Task<base::Result<std::size_t>> read_some(std::span<char> buffer) = 0;
    virtual Task<base::Result<void>> write(std::string_view bytes) = 0;
    // Client handshake. Succeeds also when the certificate does not verify: the caller reads TlsInfo::status
    // and must send nothing secret unless it is ok. An Error is a handshake that did not complete.
    virtual Task<base::Result<TlsInfo>> start_tls(const TlsOptions& options) = 0;
    virtual void close() = 0;  // at once, no error
};

}  // namespace net
