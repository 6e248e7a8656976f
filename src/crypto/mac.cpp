#include "crypto/mac.hpp"

#include <stdexcept>
#include <string>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace crypto {

namespace {

const EVP_MD* method(Hash hash) {
    switch (hash) {
        case Hash::md5:
            return EVP_md5();
        case Hash::sha1:
            return EVP_sha1();
        case Hash::sha256:
            return EVP_sha256();
    }
    throw std::logic_error("no such hash");
}

const unsigned char* octets(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

// Made at its full size, so that moving it leaves no copy behind.
std::string empty_digest(Hash hash) {
    return std::string(static_cast<std::size_t>(EVP_MD_get_size(method(hash))), '\0');
}

base::Secret finished(bool done, std::string value) {
    if (!done) throw std::runtime_error("OpenSSL lacks a digest");
    return base::Secret(std::move(value));
}

}  // namespace

base::Secret digest(Hash hash, std::string_view bytes) {
    std::string value = empty_digest(hash);
    const bool done = EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(value.data()),
                                 nullptr, method(hash), nullptr) == 1;
    return finished(done, std::move(value));
}

base::Secret hmac(Hash hash, std::string_view key, std::string_view bytes) {
    std::string value = empty_digest(hash);
    const bool done = HMAC(method(hash), key.data(), static_cast<int>(key.size()), octets(bytes),
                           bytes.size(), reinterpret_cast<unsigned char*>(value.data()), nullptr) != nullptr;
    return finished(done, std::move(value));
}

base::Secret pbkdf2(Hash hash, std::string_view password, std::string_view salt, std::uint32_t rounds) {
    std::string value = empty_digest(hash);
    const bool done = PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), octets(salt),
                                        static_cast<int>(salt.size()), static_cast<int>(rounds), method(hash),
                                        static_cast<int>(value.size()),
                                        reinterpret_cast<unsigned char*>(value.data())) == 1;
    return finished(done, std::move(value));
}

}  // namespace crypto
