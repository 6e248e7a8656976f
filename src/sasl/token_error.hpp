// Why a server took no token: the JSON of RFC 7628 section 3.2.2, which XOAUTH2 sends alike.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sasl {

inline constexpr std::size_t max_token_error_octets = 4096;

// Raw words of the server; empty where it said nothing.
struct TokenError {
    std::string status;                // "invalid_token", "401"
    std::string scope;                 // what the token would have to be good for
    std::string schemes;               // XOAUTH2: "bearer"
    std::string openid_configuration;  // a URL
    bool operator==(const TokenError&) const = default;
};

// nullopt: no JSON object, or beyond max_token_error_octets. Members that are no text or number are left out.
std::optional<TokenError> parse_token_error(std::string_view json);

}  // namespace sasl
