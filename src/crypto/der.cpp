#include "crypto/der.hpp"

namespace crypto {

std::optional<DerElement> read_element(std::span<const std::uint8_t> bytes, std::size_t offset) {
    if (offset + 2 > bytes.size()) return std::nullopt;
    DerElement element;
    element.tag = bytes[offset];
    std::size_t length = bytes[offset + 1];
    element.content = offset + 2;
    if (length >= 0x80) {
        const std::size_t octets = length & 0x7f;
        if (octets == 0 || octets > 4 || element.content + octets > bytes.size()) return std::nullopt;
        length = 0;
        for (std::size_t i = 0; i < octets; ++i)
            length = length << 8 | bytes[element.content + i];
        element.shortest = bytes[element.content] != 0 && length >= 0x80;
        element.content += octets;
    }
    element.length = length;
    return element;
}

}  // namespace crypto
