// Keyed digests and what SASL makes of them (RFC 2104, RFC 8018). Results are keys, or lead to keys: Secrets.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/secret.hpp"

namespace crypto {

enum class Hash : std::uint8_t { md5, sha1, sha256 };

base::Secret digest(Hash hash, std::string_view bytes);  // 16, 20 or 32 raw bytes
base::Secret hmac(Hash hash, std::string_view key, std::string_view bytes);
// PBKDF2 with HMAC, as long as the hash (RFC 8018 section 5.2; Hi() of RFC 5802). A million rounds of SHA-256
// take about a third of a second: bound `rounds`, which must be positive.
base::Secret pbkdf2(Hash hash, std::string_view password, std::string_view salt, std::uint32_t rounds);

}  // namespace crypto
