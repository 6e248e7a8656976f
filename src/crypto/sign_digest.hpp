// Signing a SHA-256 digest: RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2.1), and Ed25519 (RFC 8032) over the
// octets of the digest, as RFC 8463 section 3 has it.
#pragma once

#include <memory>

#include "crypto/key.hpp"

struct evp_pkey_ctx_st;  // OpenSSL's EVP_PKEY_CTX

namespace crypto {

// A key that is ready to sign, for any number of digests, one at a time. Copies share what is prepared.
class DigestSigner {
  public:
    explicit DigestSigner(PrivateKey key);

    // As sign_digest().
    base::Result<Bytes> sign(const Bytes& digest) const;

  private:
    PrivateKey key_;
    std::shared_ptr<evp_pkey_ctx_st> context_ = {};  // RSA only
};

// `digest` has 32 octets. The signature is as long as the modulus, or 64 octets. Error: bug, when OpenSSL
// does not sign with the key.
base::Result<Bytes> sign_digest(const PrivateKey& key, const Bytes& digest);

}  // namespace crypto
