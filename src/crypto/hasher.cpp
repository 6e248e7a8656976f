#include "crypto/hasher.hpp"

#include <stdexcept>

#include <openssl/evp.h>

namespace crypto {

namespace {

void require(int status) {
    if (status != 1) throw std::runtime_error("OpenSSL has no SHA-256");
}

// Fetched once: what EVP_sha256() stands for is looked up anew by each use of it (crypto(7), "Performance").
const EVP_MD* sha256() {
    static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA2-256", nullptr);
    return algorithm;
}

}  // namespace

void Sha256::Free::operator()(EVP_MD_CTX* context) const {
    EVP_MD_CTX_free(context);
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
    require(EVP_DigestInit_ex(context_.get(), sha256(), nullptr));
}

Sha256::Sha256(const Sha256& other) : context_(EVP_MD_CTX_new()) {
    require(EVP_MD_CTX_copy_ex(context_.get(), other.context_.get()));
}

Sha256& Sha256::operator=(const Sha256& other) {
    if (this != &other) *this = Sha256(other);
    return *this;
}

Sha256::~Sha256() = default;

void Sha256::update(std::string_view bytes) {
    require(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
}

Bytes Sha256::digest() const {
    const Sha256 copy(*this);
    Bytes digest(32);
    require(EVP_DigestFinal_ex(copy.context_.get(), digest.data(), nullptr));
    return digest;
}

}  // namespace crypto
