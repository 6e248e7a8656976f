#include "crypto/sign_digest.hpp"

#include <memory>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

namespace crypto {

namespace {

struct ContextDeleter {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

// Null when OpenSSL does not sign with the key.
std::shared_ptr<EVP_PKEY_CTX> prepare_rsa(EVP_PKEY* key) {
    std::shared_ptr<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new(key, nullptr), EVP_PKEY_CTX_free);
    const bool good = context != nullptr && EVP_PKEY_sign_init(context.get()) == 1 &&
                      EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) == 1 &&
                      EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256()) == 1;
    if (!good) context.reset();
    return context;
}

bool sign_rsa(EVP_PKEY_CTX* context, const Bytes& digest, Bytes& signature) {
    if (context == nullptr) return false;
    signature.resize(static_cast<std::size_t>(EVP_PKEY_get_size(EVP_PKEY_CTX_get0_pkey(context))));
    std::size_t size = signature.size();
    const bool good = EVP_PKEY_sign(context, signature.data(), &size, digest.data(), digest.size()) == 1;
    signature.resize(good ? size : 0);
    return good;
}

bool is_rsa(const PrivateKey& key) {
    return key.public_key().kind() == KeyKind::rsa;
}

bool sign_ed25519(EVP_PKEY* key, const Bytes& digest, Bytes& signature) {
    const std::unique_ptr<EVP_MD_CTX, ContextDeleter> context(EVP_MD_CTX_new());
    signature.resize(64);
    std::size_t size = signature.size();
    return context != nullptr && EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key) == 1 &&
           EVP_DigestSign(context.get(), signature.data(), &size, digest.data(), digest.size()) == 1;
}

}  // namespace

DigestSigner::DigestSigner(PrivateKey key) : key_(std::move(key)) {
    if (is_rsa(key_)) context_ = prepare_rsa(key_.handle().get());
}

base::Result<Bytes> DigestSigner::sign(const Bytes& digest) const {
    Bytes signature;
    const bool good = is_rsa(key_) ? sign_rsa(context_.get(), digest, signature)
                                   : sign_ed25519(key_.handle().get(), digest, signature);
    if (good) return signature;
    // What OpenSSL queued would be found by the next caller.
    ERR_clear_error();
    return base::Error{.kind = base::ErrorKind::bug, .message = "OpenSSL cannot sign with the key"};
}

base::Result<Bytes> sign_digest(const PrivateKey& key, const Bytes& digest) {
    return DigestSigner(key).sign(digest);
}

}  // namespace crypto
