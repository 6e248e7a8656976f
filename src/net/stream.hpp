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
    bool operator==(const Certificate&) const = default;
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

struct TlsOptions {
    std::string server_name;       // host name (A-label) or IP literal: SNI and the name to match (RFC 9525)
    std::string ca_file = {};      // PEM; empty = the system's
    std::string fingerprint = {};  // SHA-256, lower-case hex; when set it decides alone
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
    bool operator==(const TlsInfo&) const = default;
};

// The Error of start_tls() on a port that speaks first, and in clear, begins with this text; the first line
// that the server sent follows in quotes.
inline constexpr std::string_view plain_text_answer = "the server answered in plain text, not TLS";

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
