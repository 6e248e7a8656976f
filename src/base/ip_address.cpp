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
