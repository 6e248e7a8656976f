#include "crypto/digest.hpp"

#include <stdexcept>

#include <openssl/evp.h>

namespace crypto {

Bytes sha256(std::string_view bytes) {
    Bytes digest(32);
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1)
        throw std::runtime_error("OpenSSL has no SHA-256");
    return digest;
}

Bytes sha512(std::string_view bytes) {
    Bytes digest(64);
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha512(), nullptr) != 1)
        throw std::runtime_error("OpenSSL has no SHA-512");
    return digest;
}

}  // namespace crypto
