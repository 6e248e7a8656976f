// Signing a SHA-256 digest: RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2.1), and Ed25519 (RFC 8032) over the
// octets of the digest, as RFC 8463 section 3 has it.
#pragma once

#include "crypto/key.hpp"

namespace crypto {

// `digest` has 32 octets. The signature is as long as the modulus, or 64 octets. Error: bug, when OpenSSL
// does not sign with the key.
base::Result<Bytes> sign_digest(const PrivateKey& key, const Bytes& digest);

}  // namespace crypto
