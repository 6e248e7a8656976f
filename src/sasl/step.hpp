// What one step of a mechanism gives: octets for the server, or why the exchange must end.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "base/secret.hpp"

namespace sasl {

enum class FaultKind : std::uint8_t {
    malformed,  // the challenge is none of this mechanism
    weak,       // the server asks for less work than is safe (RFC 7677 section 4)
    unproven,   // the server did not show that it knows the password
    refused,    // the server said no within the mechanism
};

struct Fault {
    FaultKind kind = FaultKind::malformed;
    std::string detail;  // one line for people, raw: it may hold words of the server
    bool operator==(const Fault&) const = default;
};

using Step = std::variant<base::Secret, Fault>;  // the octets are raw, not yet in base64

// The pieces as one Secret; no copy of them is left in memory.
inline base::Secret join_secret(std::initializer_list<std::string_view> pieces) {
    std::size_t size = 0;
    for (const auto piece : pieces)
        size += piece.size();
    std::string text;
    text.reserve(size);
    for (const auto piece : pieces)
        text += piece;
    return base::Secret(std::move(text));
}

}  // namespace sasl
