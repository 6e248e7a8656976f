// IPv4 and IPv6 addresses and prefixes, without sockets.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace base {

enum class IpFamily : std::uint8_t { v4, v6 };

class IpAddress {
  public:
    IpAddress() = default;  // 0.0.0.0
    static IpAddress v4(std::array<std::uint8_t, 4> bytes);
    static IpAddress v6(std::array<std::uint8_t, 16> bytes);
    // Dotted quad or RFC 4291 text; no brackets, no zone, no leading zeros.
    static Result<IpAddress> parse(std::string_view text);

    IpFamily family() const { return family_; }
    bool is_v4() const { return family_ == IpFamily::v4; }
    unsigned bits() const { return is_v4() ? 32 : 128; }
    const std::uint8_t* data() const { return bytes_.data(); }  // 4 or 16 bytes, network order
    std::size_t size() const { return is_v4() ? 4 : 16; }
    IpAddress unmapped() const;     // ::ffff:192.0.2.1 -> 192.0.2.1 (RFC 7208 section 5), others as they are
    std::string to_string() const;  // RFC 5952
    bool is_loopback() const;

    auto operator<=>(const IpAddress&) const = default;

  private:
    IpFamily family_ = IpFamily::v4;
    std::array<std::uint8_t, 16> bytes_{};
};

struct IpPrefix {
    IpAddress address;
    unsigned length = 0;  // bits, 0 to address.bits()

    // "192.0.2.0/24", or an address for itself alone. Errors: usage; bits set behind the length are one.
    static Result<IpPrefix> parse(std::string_view text);

    bool contains(const IpAddress& other) const;  // false across families
    bool contains(const IpPrefix& other) const;   // all of it
    std::string to_string() const;                // "192.0.2.0/24"
    IpAddress first_address() const;              // host bits cleared
    auto operator<=>(const IpPrefix&) const = default;
};

}  // namespace base
