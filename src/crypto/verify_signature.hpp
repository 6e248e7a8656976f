// Verifying signatures over a SHA-256 digest: RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2.2) and Ed25519 (RFC
// 8032), which signs the digest's octets (RFC 8463 section 3).
#pragma once

#include <optional>

#include "crypto/key.hpp"

namespace crypto {

// Sizes and exponents whose cost is without measure are not tried; see is_costly().
bool verify_signature(const PublicKey& key, const Bytes& digest, const Bytes& signature);

// What an RSA signature says was signed: the SHA-256 digest inside. Nullopt: an Ed25519 key, or no signature
// of this key and SHA-256 at all.
std::optional<Bytes> signed_digest(const PublicKey& key, const Bytes& signature);

// An RSA key that one mail could make a verifier work for seconds with: above 8192 bits, or with an exponent
// above 64 bits, or above 32 bits where the modulus is longer than 4096.
bool is_costly(const PublicKey& key);

}  // namespace crypto
