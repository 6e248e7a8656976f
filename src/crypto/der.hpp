// The heads of DER elements, where what OpenSSL makes of a key is not enough.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace crypto {

inline constexpr std::uint8_t der_integer = 0x02;
inline constexpr std::uint8_t der_bit_string = 0x03;
inline constexpr std::uint8_t der_object_identifier = 0x06;
inline constexpr std::uint8_t der_sequence = 0x30;
inline constexpr std::uint8_t der_indefinite_length = 0x80;  // never in DER (X.690 section 10.1)

struct DerElement {
    std::uint8_t tag = 0;
    std::size_t content = 0;  // offset
    std::size_t length = 0;   // of the content as the head says: may be more than there is
    bool shortest = true;     // the length takes as few octets as it can (X.690 section 10.1)
};

// The element that begins at `offset` (X.690 section 8.1); nullopt: its head is cut off, or its length is
// indefinite or takes more than 4 octets. Pure.
std::optional<DerElement> read_element(std::span<const std::uint8_t> bytes, std::size_t offset);

}  // namespace crypto
