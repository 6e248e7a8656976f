// Where the canonical form of a body may leave the text: for BodyCanonicalizer, which looks at 64 octets at
// once.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "dkim/canonical.hpp"

namespace dkim {

// Whether the octet at `at` may be such a place, seeing the next: an empty line may begin behind an LF, and,
// when relaxed, white space that is to change. Without branches, so that whole blocks of it become vector
// instructions.
template <Canonicalization c>
unsigned char is_special(const char* at) {
    const char a = at[0];
    const char b = at[1];
    if constexpr (c == Canonicalization::simple) {
        return static_cast<unsigned char>((a == '\n') & (b == '\r'));
    } else {
        const auto before = static_cast<unsigned char>((a == '\n') | (a == ' '));
        const auto behind = static_cast<unsigned char>((b == '\r') | (b == ' ') | (b == '\t'));
        return static_cast<unsigned char>(static_cast<unsigned char>(a == '\t') | (before & behind));
    }
}

// Eight octets, each 0 or 1, as eight bits, the first as the lowest.
inline std::uint64_t bits_of(const unsigned char* at) {
    if constexpr (std::endian::native == std::endian::little) {
        std::uint64_t word = 0;
        std::memcpy(&word, at, sizeof word);
        return (word * 0x0102040810204080) >> 56;
    }
    std::uint64_t bits = 0;
    for (unsigned i = 0; i < 8; ++i)
        bits |= std::uint64_t{at[i]} << i;
    return bits;
}

// Of the 64 octets at `at` those that are special, as bits, the first as the lowest. at[64] is read, too.
template <Canonicalization c>
std::uint64_t special_octets(const char* at) {
    std::array<unsigned char, 64> flags;
    for (std::size_t i = 0; i < flags.size(); ++i)
        flags[i] = is_special<c>(at + i);
    std::uint64_t mask = 0;
    for (std::size_t i = 0; i < flags.size(); i += 8)
        mask |= bits_of(flags.data() + i) << i;
    return mask;
}

}  // namespace dkim
