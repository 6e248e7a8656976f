#include "base/utf8.hpp"

#include <algorithm>
#include <cstdint>

#include <unistr.h>

namespace base {

bool is_utf8(std::string_view text) {
    return u8_check(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()) == nullptr;
}

std::string_view beginning(std::string_view text, std::size_t octets) {
    std::size_t end = std::min(text.size(), octets);
    // A character has at most three octets after the first.
    const std::size_t least = end - std::min<std::size_t>(end, 3);
    while (end < text.size() && end > least && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
        --end;
    return text.substr(0, end);
}

}  // namespace base
