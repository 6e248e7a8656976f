// Base64 (RFC 4648 section 4), strict.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace base {

using Bytes = std::vector<std::uint8_t>;

std::string encode_base64(const Bytes& bytes);
std::string encode_base64(std::string_view bytes);  // in one allocation: nothing of a secret is left behind
// Standard alphabet, right padding, no white space; nullopt otherwise.
std::optional<Bytes> decode_base64(std::string_view text);
std::string to_hex(const Bytes& bytes);  // lower case

}  // namespace base
