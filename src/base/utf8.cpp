#include "base/utf8.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include <unigbrk.h>
#include <unistr.h>

namespace base {

bool is_utf8(std::string_view text) {
    return u8_check(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()) == nullptr;
}

std::string_view beginning(std::string_view text, std::size_t octets) {
    if (text.size() <= octets) return text;
    // Whether there is a break depends on what stands before it and on the character behind it.
    constexpr std::size_t longest_character = 4;
    const auto size = std::min(text.size(), octets + longest_character);
    std::vector<char> breaks(size);
    u8_grapheme_breaks(reinterpret_cast<const std::uint8_t*>(text.data()), size, breaks.data());
    std::size_t end = octets;
    while (end > 0 && breaks[end] == 0)
        --end;
    if (end > 0) return text.substr(0, end);
    // Marks without end: no half of a character at least.
    for (end = octets; end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80;)
        --end;
    return text.substr(0, end);
}

}  // namespace base
