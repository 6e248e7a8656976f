#include "crypto/key.hpp"

#include <limits>
#include <utility>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

namespace crypto {

namespace {

struct BioDeleter {
    void operator()(BIO* bio) const { BIO_free_all(bio); }
};
using Bio = std::unique_ptr<BIO, BioDeleter>;

std::shared_ptr<EVP_PKEY> own(EVP_PKEY* key) {
    return {key, [](EVP_PKEY* pointer) { EVP_PKEY_free(pointer); }};
}

base::Error key_error(std::string message) {
    // What OpenSSL queued could hold file names or worse, and would be found by the next caller.
    ERR_clear_error();
    return base::usage_error(std::move(message));
}

base::Error library_error(std::string what) {
    ERR_clear_error();
    return {.kind = base::ErrorKind::bug, .message = "OpenSSL cannot " + std::move(what)};
}

// PEM_read_bio_PrivateKey asks here for the password of an encrypted key: there is none.
int note_encryption(char*, int, int, void* encrypted) {
    *static_cast<bool*>(encrypted) = true;
    return -1;
}

}  // namespace

std::string_view to_string(KeyKind kind) {
    switch (kind) {
        case KeyKind::rsa:
            return "rsa";
        case KeyKind::ed25519:
            return "ed25519";
    }
    return "rsa";
}

KeyKind PublicKey::kind() const {
    return EVP_PKEY_get_base_id(key_.get()) == EVP_PKEY_ED25519 ? KeyKind::ed25519 : KeyKind::rsa;
}

unsigned PublicKey::bits() const {
    if (kind() == KeyKind::ed25519) return 256;  // OpenSSL says 253, the bits of the group order
    return static_cast<unsigned>(EVP_PKEY_get_bits(key_.get()));
}

std::uint64_t PublicKey::exponent() const {
    if (exponent_) return *exponent_;
    if (kind() == KeyKind::ed25519) return 0;
    BIGNUM* number = nullptr;
    if (EVP_PKEY_get_bn_param(key_.get(), OSSL_PKEY_PARAM_RSA_E, &number) != 1) {
        ERR_clear_error();
        return 0;
    }
    const std::unique_ptr<BIGNUM, void (*)(BIGNUM*)> owner(number, BN_free);
    if (BN_num_bits(number) > 64) return std::numeric_limits<std::uint64_t>::max();
    std::uint64_t value = 0;
    std::uint8_t bytes[8] = {};
    BN_bn2binpad(number, bytes, sizeof bytes);
    for (const auto byte : bytes)
        value = value << 8 | byte;
    return value;
}

Bytes PublicKey::to_dkim() const {
    if (kind() == KeyKind::ed25519) {
        Bytes raw(32);
        std::size_t size = raw.size();
        if (EVP_PKEY_get_raw_public_key(key_.get(), raw.data(), &size) != 1) ERR_clear_error();
        return raw;
    }
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(key_.get(), &der);
    if (size <= 0) {
        ERR_clear_error();
        return {};
    }
    Bytes bytes(der, der + size);
    OPENSSL_free(der);
    return bytes;
}

bool operator==(const PublicKey& a, const PublicKey& b) {
    const bool equal = EVP_PKEY_eq(a.key_.get(), b.key_.get()) == 1;
    ERR_clear_error();
    return equal;
}

base::Result<PrivateKey> PrivateKey::generate_rsa(unsigned bits) {
    if (bits < 1024 || bits > 8192) return key_error("an RSA key has 1024 to 8192 bits");
    EVP_PKEY* key = EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<std::size_t>(bits));
    if (key == nullptr) return library_error("make an RSA key");
    return PrivateKey(own(key));
}

base::Result<PrivateKey> PrivateKey::generate_ed25519() {
    EVP_PKEY* key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    if (key == nullptr) return library_error("make an Ed25519 key");
    return PrivateKey(own(key));
}

base::Result<PrivateKey> PrivateKey::parse_pem(const base::Secret& pem) {
    constexpr std::size_t largest = 65536;
    const auto text = pem.reveal();
    if (text.size() > largest) return key_error("the private key's text is longer than 65536 octets");
    const Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    if (bio == nullptr) return library_error("read from memory");
    bool encrypted = false;
    const auto key = own(PEM_read_bio_PrivateKey(bio.get(), nullptr, note_encryption, &encrypted));
    if (encrypted)
        return key_error("the private key is encrypted")
            .with_hint("decrypt it first: openssl pkey -in key.pem -out plain.pem");
    if (key == nullptr) return key_error("not a private key in PEM (PKCS#8 or PKCS#1)");
    const int kind = EVP_PKEY_get_base_id(key.get());
    if (kind != EVP_PKEY_RSA && kind != EVP_PKEY_ED25519)
        return key_error("the private key is neither RSA nor Ed25519");
    const int bits = EVP_PKEY_get_bits(key.get());
    if (kind == EVP_PKEY_RSA && (bits < 512 || bits > 16384))
        return key_error("the private key has " + std::to_string(bits) + " bits, not 512 to 16384");
    return PrivateKey(key);
}

base::Secret PrivateKey::to_pem() const {
    // A secure memory BIO: what it held is wiped when it goes.
    const Bio bio(BIO_new(BIO_s_secmem()));
    if (bio == nullptr ||
        PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
        ERR_clear_error();
        return {};
    }
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return base::Secret(std::string(data, static_cast<std::size_t>(size)));
}

}  // namespace crypto
