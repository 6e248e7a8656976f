#include "base/base64.hpp"

#include <array>

#include <fmt/format.h>

namespace base {

namespace {
constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
}

std::string encode_base64(const Bytes& bytes) {
    return encode_base64(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

std::string encode_base64(std::string_view text_bytes) {
    const auto bytes = [text_bytes](std::size_t i) { return static_cast<std::uint8_t>(text_bytes[i]); };
    std::string text((text_bytes.size() + 2) / 3 * 4, '=');
    auto out = text.begin();
    for (std::size_t i = 0; i < text_bytes.size(); i += 3) {
        const std::size_t count = std::min<std::size_t>(3, text_bytes.size() - i);
        std::uint32_t group = std::uint32_t{bytes(i)} << 16;
        if (count > 1) group |= std::uint32_t{bytes(i + 1)} << 8;
        if (count > 2) group |= bytes(i + 2);
        out[0] = alphabet[group >> 18];
        out[1] = alphabet[group >> 12 & 63];
        if (count > 1) out[2] = alphabet[group >> 6 & 63];
        if (count > 2) out[3] = alphabet[group & 63];
        out += 4;
    }
    return text;
}

namespace {

constexpr std::uint8_t no_digit = 64;
constexpr auto digit_values = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(no_digit);
    for (std::size_t i = 0; i < alphabet.size(); ++i)
        values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
    return values;
}();

}  // namespace

std::optional<Bytes> decode_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    Bytes bytes;
    bytes.reserve(text.size() / 4 * 3);
    for (std::size_t i = 0; i < text.size(); i += 4) {
        const auto value_at = [&](std::size_t j) {
            return std::uint32_t{digit_values[static_cast<unsigned char>(text[i + j])]};
        };
        // Nearly all groups: four digits, none of which has the bit of no_digit.
        const std::uint32_t a = value_at(0), b = value_at(1), c = value_at(2), d = value_at(3);
        if (((a | b | c | d) & no_digit) == 0) {
            const std::uint32_t whole = a << 18 | b << 12 | c << 6 | d;
            bytes.insert(bytes.end(),
                         {static_cast<std::uint8_t>(whole >> 16), static_cast<std::uint8_t>(whole >> 8),
                          static_cast<std::uint8_t>(whole)});
            continue;
        }
        std::size_t digits = 4;
        if (i + 4 == text.size()) {
            while (digits > 2 && text[i + digits - 1] == '=')
                --digits;
        }
        std::uint32_t group = 0;
        for (std::size_t j = 0; j < 4; ++j) {
            const std::uint32_t value = j < digits ? value_at(j) : 0;
            if (value == no_digit) return std::nullopt;
            group = group << 6 | value;
        }
        // RFC 4648 section 3.5: the unused bits must be zero.
        if ((digits == 2 && (group & 0xffff) != 0) || (digits == 3 && (group & 0xff) != 0))
            return std::nullopt;
        bytes.push_back(static_cast<std::uint8_t>(group >> 16));
        if (digits > 2) bytes.push_back(static_cast<std::uint8_t>(group >> 8));
        if (digits > 3) bytes.push_back(static_cast<std::uint8_t>(group));
    }
    return bytes;
}

std::string to_hex(const Bytes& bytes) {
    return fmt::format("{:02x}", fmt::join(bytes, ""));
}

}  // namespace base
