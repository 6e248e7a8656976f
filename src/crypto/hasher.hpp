// SHA-256 of a stream (FIPS 180-4).
#pragma once

#include <memory>
#include <string_view>

#include "base/base64.hpp"

struct evp_md_ctx_st;  // OpenSSL's EVP_MD_CTX

namespace crypto {

using base::Bytes;

// A copy is a hash of the same octets that goes on by itself.
class Sha256 {
  public:
    Sha256();
    Sha256(const Sha256& other);
    Sha256(Sha256&& other) noexcept = default;
    Sha256& operator=(const Sha256& other);
    Sha256& operator=(Sha256&& other) noexcept = default;
    ~Sha256();

    void update(std::string_view bytes);
    Bytes digest() const;  // 32 octets, of what was fed until now; more may follow

  private:
    struct Free {
        void operator()(evp_md_ctx_st* context) const;
    };
    std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace crypto
