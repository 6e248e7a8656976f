// Certificates made on the spot, and a TLS server for one connection that uses them.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "peer.hpp"

namespace test {

struct Identity {
    std::shared_ptr<X509> certificate;
    std::shared_ptr<EVP_PKEY> key;
};

struct CertificatePlan {
    std::string common_name;
    std::string alternative_names = {};  // "DNS:mail.example,IP:127.0.0.1"
    int from_days = -1;                  // from today
    int to_days = 30;
    bool authority = false;
    std::string issuer_url = {};  // AIA caIssuers
    int rsa_bits = 0;             // 0 = an EC key
    bool must_staple = false;
};

// Signed by `issuer`, or by itself.
Identity make_identity(const CertificatePlan& plan, const Identity* issuer = nullptr);
std::string fingerprint(const Identity& identity);

// An OCSP answer about `leaf`, signed by `signer` (DER). `status`: V_OCSP_CERTSTATUS_*.
std::string make_staple(const Identity& leaf, const Identity& issuer, int status, const Identity& signer,
                        int from_days = -1, int to_days = 6);
// For serve_tls_with(): the server staples this.
std::function<void(SSL_CTX*)> stapling(std::string response);

// A PEM file of certificates, removed with the object.
class PemFile {
  public:
    explicit PemFile(const std::vector<Identity>& identities);
    PemFile(const PemFile&) = delete;
    PemFile& operator=(const PemFile&) = delete;
    ~PemFile();
    const std::string& path() const { return path_; }

  private:
    std::string path_;
};

// Handshakes, gives the connection to `serve`, and ends TLS in order. `maximum_version`: 0 = the newest.
// `configure` comes before the certificate.
std::function<void(int)> serve_tls_with(std::vector<Identity> chain, std::function<void(SSL*)> serve,
                                        int maximum_version = 0,
                                        std::function<void(SSL_CTX*)> configure = {});

// Handshakes, says "hello\r\n", repeats what it hears once, and ends TLS in order.
std::function<void(int)> serve_tls(std::vector<Identity> chain, int maximum_version = 0);

}  // namespace test
