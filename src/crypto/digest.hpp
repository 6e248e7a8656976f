// Digests (FIPS 180-4).
#pragma once

#include <string_view>

#include "base/base64.hpp"

namespace crypto {

using base::Bytes;

Bytes sha256(std::string_view bytes);  // 32 bytes
Bytes sha512(std::string_view bytes);  // 64 bytes

}  // namespace crypto
