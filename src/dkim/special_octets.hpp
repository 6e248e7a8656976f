// Where the canonical form of a body may leave the text: for BodyCanonicalizer, which looks at 64 octets at
// once.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

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
std::uint64_t special_octets_anywhere(const char* at) {
    std::array<unsigned char, 64> flags;
    for (std::size_t i = 0; i < flags.size(); ++i)
        flags[i] = is_special<c>(at + i);
    std::uint64_t mask = 0;
    for (std::size_t i = 0; i < flags.size(); i += 8)
        mask |= bits_of(flags.data() + i) << i;
    return mask;
}

#ifdef __SSE2__

// Of the 16 octets at `at`, 0xff for each that is special, as is_special() says, else 0.
template <Canonicalization c>
__m128i special_lanes(const char* at) {
    const auto a = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const auto b = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + 1));
    const auto are = [](__m128i octets, char octet) { return _mm_cmpeq_epi8(octets, _mm_set1_epi8(octet)); };
    if constexpr (c == Canonicalization::simple) {
        return _mm_and_si128(are(a, '\n'), are(b, '\r'));
    } else {
        const auto before = _mm_or_si128(are(a, '\n'), are(a, ' '));
        const auto behind = _mm_or_si128(are(b, '\r'), _mm_or_si128(are(b, ' '), are(b, '\t')));
        return _mm_or_si128(are(a, '\t'), _mm_and_si128(before, behind));
    }
}

// The same, faster than what the compiler makes of the other one.
template <Canonicalization c>
std::uint64_t special_octets(const char* at) {
    std::uint64_t mask = 0;
    for (unsigned i = 0; i < 64; i += 16) {
        const int bits = _mm_movemask_epi8(special_lanes<c>(at + i));
        mask |= std::uint64_t{static_cast<std::uint16_t>(bits)} << i;
    }
    return mask;
}

#else

template <Canonicalization c>
std::uint64_t special_octets(const char* at) {
    return special_octets_anywhere<c>(at);
}

#endif

}  // namespace dkim
