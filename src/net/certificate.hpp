// What a certificate says, and what OpenSSL's verdict on it means for people. Inside net only: it needs
// OpenSSL.
#pragma once

#include <openssl/x509.h>

#include "net/stream.hpp"

namespace net {

// All but issued_by_next. Names at most 64, each text at most 1024 octets; any bytes, as the certificate has
// them.
Certificate describe_certificate(X509* certificate);

base::Time time_of(const ASN1_TIME* time);  // the epoch when it cannot be read

// By name, key identifier and signature.
bool is_issued_by(X509* certificate, X509* issuer);

// RFC 9525; see expect_name(). An empty name is nobody's.
bool is_for_name(X509* certificate, std::string name);

struct Judgement {
    CertificateStatus status = CertificateStatus::other;
    std::string reason;  // empty when ok
};

// `result` is SSL_get_verify_result(); `chain` as sent, leaf first, at least one. A chain that does not reach
// a known root is `missing_intermediate` when the server sent nothing but a leaf that another issued, and
// either the leaf says where its issuer's certificate can be had (AIA caIssuers) or a CA file was named; else
// `unknown_issuer`.
Judgement judge(long result, const std::vector<X509*>& chain, const TlsOptions& options);

}  // namespace net
