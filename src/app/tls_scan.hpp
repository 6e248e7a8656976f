// Which protocol versions and ciphers a server accepts: one handshake after the other, each without the
// ciphers that were chosen before. A cipher that this machine's OpenSSL does not know is not found.
#pragma once

#include <string>
#include <vector>

#include "app/probe_relay.hpp"

namespace app {

struct TlsScanRequest {
    net::Endpoint endpoint;
    relay::Security security = relay::Security::tls;  // tls or ssl
    std::string server_name;                          // for SNI
    std::string ehlo_name;
    net::Deadline deadline;       // of the whole scan
    std::size_t handshakes = 40;  // of one version, at most
    std::size_t connections = 2;  // at a time
};

// The versions from 1.3 down to 1.0. Never fails: what could not be found out is in the scan.
net::Task<TlsScan> scan_tls(net::Dialer& dialer, TlsScanRequest request);

// 1.0 or 1.1, while 1.2 and 1.3 were tried and refused.
bool accepts_only_old_versions(const TlsScan& scan);

// What is worth knowing of it; `subject` is the server and port.
std::vector<finding::Finding> scan_findings(const TlsScan& scan, const std::string& subject);

// By OpenSSL's name: no encryption, or broken (RFC 9325 section 4.1).
bool is_weak_cipher(std::string_view name);
// The server proves nothing. Mail servers accept these from clients that would not look at its certificate
// (RFC 7672 section 8.2); one that looks never offers them.
bool is_anonymous_cipher(std::string_view name);
// The key exchange of old: by RSA, without Diffie-Hellman.
bool lacks_forward_secrecy(std::string_view name);

}  // namespace app
