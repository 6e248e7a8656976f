#include "base/ip_address.hpp"

#include <algorithm>
#include <cstring>

#include <arpa/inet.h>
#include <fmt/format.h>

#include "base/text.hpp"

namespace base {

IpAddress IpAddress::v4(std::array<std::uint8_t, 4> bytes) {
    IpAddress result;
    std::copy(bytes.begin(), bytes.end(), result.bytes_.begin());
    return result;
}

IpAddress IpAddress::v6(std::array<std::uint8_t, 16> bytes) {
    IpAddress result;
    result.family_ = IpFamily::v6;
    result.bytes_ = bytes;
    return result;
}

Result<IpAddress> IpAddress::parse(std::string_view text) {
    const std::string terminated(text);
    IpAddress result;
    if (terminated.size() == std::strlen(terminated.c_str())) {
        if (inet_pton(AF_INET, terminated.c_str(), result.bytes_.data()) == 1) return result;
        result.bytes_ = {};
        result.family_ = IpFamily::v6;
        if (inet_pton(AF_INET6, terminated.c_str(), result.bytes_.data()) == 1) return result;
    }
    return usage_error("not an IP address: " + quoted(text));
}

IpAddress IpAddress::unmapped() const {
    constexpr std::array<std::uint8_t, 12> mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (is_v4() || !std::equal(mapped.begin(), mapped.end(), bytes_.begin())) return *this;
    return v4({bytes_[12], bytes_[13], bytes_[14], bytes_[15]});
}

std::string IpAddress::to_string() const {
    std::array<char, INET6_ADDRSTRLEN> buffer{};
    inet_ntop(is_v4() ? AF_INET : AF_INET6, bytes_.data(), buffer.data(), buffer.size());
    return buffer.data();
}

bool IpAddress::is_loopback() const {
    if (is_v4()) return bytes_[0] == 127;
    const IpAddress plain = unmapped();
    if (plain.is_v4()) return plain.is_loopback();
    return std::all_of(bytes_.begin(), bytes_.begin() + 15, [](auto b) { return b == 0; }) && bytes_[15] == 1;
}

Result<IpPrefix> IpPrefix::parse(std::string_view text) {
    const auto slash = text.find('/');
    auto address = IpAddress::parse(text.substr(0, slash));
    if (address.has_error()) return usage_error("not a network: " + quoted(text) + ": like 192.0.2.0/24");
    IpPrefix prefix{.address = *address, .length = address->bits()};
    if (slash == std::string_view::npos) return prefix;
    const auto length = parse_decimal(text.substr(slash + 1), address->bits());
    if (!length)
        return usage_error(fmt::format("not a network: {}: the length is a number from 0 to {}", quoted(text),
                                       address->bits()));
    prefix.length = static_cast<unsigned>(*length);
    if (const auto first = prefix.first_address(); first != prefix.address)
        return usage_error(fmt::format("not a network: {}: bits are set behind its length", quoted(text)),
                           fmt::format("{}/{} is meant?", first.to_string(), prefix.length));
    return prefix;
}

IpAddress IpPrefix::first_address() const {
    std::array<std::uint8_t, 16> bytes{};
    std::copy_n(address.data(), address.size(), bytes.begin());
    for (unsigned bit = length; bit < address.bits(); ++bit)
        bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] & ~(0x80U >> (bit % 8)));
    if (address.is_v4()) return IpAddress::v4({bytes[0], bytes[1], bytes[2], bytes[3]});
    return IpAddress::v6(bytes);
}

bool IpPrefix::contains(const IpAddress& other) const {
    if (other.family() != address.family()) return false;
    const unsigned whole = length / 8;
    if (!std::equal(address.data(), address.data() + whole, other.data())) return false;
    const unsigned rest = length % 8;
    if (rest == 0) return true;
    return ((address.data()[whole] ^ other.data()[whole]) >> (8 - rest)) == 0;
}

bool IpPrefix::contains(const IpPrefix& other) const {
    return length <= other.length && contains(other.address);
}

std::string IpPrefix::to_string() const {
    return fmt::format("{}/{}", address.to_string(), length);
}

}  // namespace base
