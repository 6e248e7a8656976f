#include "crypto/verify_signature.hpp"

#include <memory>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

namespace crypto {

namespace {

struct ContextDeleter {
    void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, ContextDeleter>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, ContextDeleter>;

bool verify_rsa(EVP_PKEY* key, const Bytes& digest, const Bytes& signature) {
    const KeyContext context(EVP_PKEY_CTX_new(key, nullptr));
    return context != nullptr && EVP_PKEY_verify_init(context.get()) == 1 &&
           EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) == 1 &&
           EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256()) == 1 &&
           EVP_PKEY_verify(context.get(), signature.data(), signature.size(), digest.data(), digest.size()) ==
               1;
}

bool verify_ed25519(EVP_PKEY* key, const Bytes& digest, const Bytes& signature) {
    const DigestContext context(EVP_MD_CTX_new());
    return context != nullptr && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key) == 1 &&
           EVP_DigestVerify(context.get(), signature.data(), signature.size(), digest.data(),
                            digest.size()) == 1;
}

}  // namespace

bool verify_signature(const PublicKey& key, const Bytes& digest, const Bytes& signature) {
    if (is_costly(key)) return false;
    auto* handle = key.handle().get();
    const bool good = key.kind() == KeyKind::rsa ? verify_rsa(handle, digest, signature)
                                                 : verify_ed25519(handle, digest, signature);
    ERR_clear_error();
    return good;
}

std::optional<Bytes> signed_digest(const PublicKey& key, const Bytes& signature) {
    if (key.kind() != KeyKind::rsa || is_costly(key)) return std::nullopt;
    const KeyContext context(EVP_PKEY_CTX_new(key.handle().get(), nullptr));
    std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_size(key.handle().get()));
    Bytes digest(size);
    const bool good =
        context != nullptr && EVP_PKEY_verify_recover_init(context.get()) == 1 &&
        EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) == 1 &&
        EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256()) == 1 &&
        EVP_PKEY_verify_recover(context.get(), digest.data(), &size, signature.data(), signature.size()) == 1;
    ERR_clear_error();
    if (!good) return std::nullopt;
    digest.resize(size);
    return digest;
}

bool is_costly(const PublicKey& key) {
    constexpr unsigned most_bits = 8192;
    constexpr unsigned usual_bits = 4096;
    if (key.kind() != KeyKind::rsa) return false;
    const auto exponent = key.exponent();
    return key.bits() > most_bits || exponent == UINT64_MAX ||
           (key.bits() > usual_bits && exponent > UINT32_MAX);
}

}  // namespace crypto
