// RSA and Ed25519 keys. No OpenSSL type shows here but a forward declaration.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/base64.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace crypto {

using base::Bytes;

enum class KeyKind : std::uint8_t { rsa, ed25519 };
std::string_view to_string(KeyKind kind);  // "rsa", "ed25519"

// A public key that OpenSSL could read. Cheap to copy.
class PublicKey {
  public:
    // `exponent` when it is known already: OpenSSL takes its time to tell it.
    explicit PublicKey(std::shared_ptr<evp_pkey_st> key, std::optional<std::uint64_t> exponent = {})
        : key_(std::move(key)), exponent_(exponent) {}

    KeyKind kind() const;
    unsigned bits() const;  // RSA: of the modulus; Ed25519: 256
    // RSA only. Above 64 bits: the greatest value; Ed25519: 0.
    std::uint64_t exponent() const;
    // The bytes of a DKIM record's p=: RSA as SubjectPublicKeyInfo DER (RFC 6376 section 3.6.1 and erratum
    // 3017), Ed25519 as its raw 32 bytes (RFC 8463 section 4).
    Bytes to_dkim() const;
    const std::shared_ptr<evp_pkey_st>& handle() const { return key_; }

    // The same key, whatever encoding it came in.
    friend bool operator==(const PublicKey& a, const PublicKey& b);

  private:
    std::shared_ptr<evp_pkey_st> key_;
    std::optional<std::uint64_t> exponent_;
};

class PrivateKey {
  public:
    // 1024 to 8192 bits, exponent 65537; which sizes are wise is the caller's policy. Errors: usage.
    static base::Result<PrivateKey> generate_rsa(unsigned bits);
    static base::Result<PrivateKey> generate_ed25519();
    // PKCS#8 or PKCS#1 PEM, RSA of 512 to 16384 bits or Ed25519. Errors: usage (not a private key,
    // encrypted, another kind); no message shows a byte of the text.
    static base::Result<PrivateKey> parse_pem(const base::Secret& pem);

    base::Secret to_pem() const;  // PKCS#8, not encrypted
    PublicKey public_key() const { return PublicKey(key_); }
    const std::shared_ptr<evp_pkey_st>& handle() const { return key_; }

  private:
    explicit PrivateKey(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}
    std::shared_ptr<evp_pkey_st> key_;
};

enum class KeyEncoding : std::uint8_t {
    subject_public_key_info,  // RFC 5280 section 4.1, what everybody publishes
    rsa_public_key,           // bare PKCS#1, what RFC 6376 says
    raw_ed25519,              // 32 bytes
};

enum class KeyFault : std::uint8_t {
    none,
    private_key,        // a private key stands there: PKCS#1, PKCS#8
    truncated,          // the DER says it is longer than the bytes that are there
    malformed,          // not DER, or not a public key
    unknown_algorithm,  // a SubjectPublicKeyInfo of neither RSA nor Ed25519
};

// What the bytes of a p= turn out to be.
struct KeyReading {
    KeyFault fault = KeyFault::malformed;
    std::optional<PublicKey> key = {};  // when fault is none
    KeyEncoding encoding = KeyEncoding::subject_public_key_info;
    std::size_t trailing_bytes = 0;  // behind the DER structure; the key was read without them
    std::size_t missing_bytes = 0;   // when truncated
};

// Any bytes: SubjectPublicKeyInfo, RSAPublicKey, or exactly 32 bytes as Ed25519. At most 16384 bytes are
// looked at.
KeyReading read_public_key(const Bytes& bytes);

// Whether read_public_key() would say private_key; quick.
bool holds_private_key(const Bytes& bytes);

}  // namespace crypto
