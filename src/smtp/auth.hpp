// Logging in: the AUTH exchange (RFC 4954) over a Session.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sasl/mechanism.hpp"
#include "smtp/session.hpp"

namespace smtp {

inline constexpr int max_auth_rounds = 8;                    // challenges of one exchange
inline constexpr std::size_t max_initial_line_octets = 512;  // with CRLF: RFC 5321 section 4.5.3.1.4

enum class Cleartext : std::uint8_t {
    refused,  // nothing is said without TLS with a certificate that verified
    allowed,  // for those who asked for it in so many words; secrets may be read on the way
};

struct Login {
    sasl::Credentials credentials;
    std::optional<sasl::MechanismId> mechanism = {};  // this one or none; nullopt = the best that is offered
    Cleartext cleartext = Cleartext::refused;
    std::string host = {};  // the server's name and port, for OAUTHBEARER
    std::uint16_t port = 0;
    std::string nonce = {};  // for tests: SCRAM's; empty = a random one
};

enum class AuthFailure : std::uint8_t {
    refused,              // the server said no: see `reply`; 4xx may be tried again
    no_common_mechanism,  // it offers none that suits; nothing was sent
    not_safe,             // no verified TLS (nothing was sent), or a challenge that gives the password away
    server_unproven,      // the server did not show that it knows the password: take it for an impostor
    protocol,             // what the server sent is none of the exchange
};
std::string_view to_string(AuthFailure failure);  // "refused", "no-common-mechanism", ...

// A verdict: that the server said no is no Error.
struct AuthOutcome {
    std::optional<AuthFailure> failure = {};          // nullopt = accepted
    std::optional<sasl::MechanismId> mechanism = {};  // the chosen one
    std::optional<Reply> reply = {};                  // the last one, raw; secrets that it repeats are hidden
    std::string detail = {};                          // one line for people, raw; empty when accepted
    std::optional<sasl::TokenError> token_error = {};  // why a token was not taken; raw
    bool accepted() const { return !failure; }
    bool operator==(const AuthOutcome&) const = default;
};

// After EHLO, and after STARTTLS and a second EHLO where there is TLS. Whatever failed, send nothing more but
// QUIT after server_unproven. The session's capabilities stay as they are: no mechanism here adds a security
// layer. The session's deadline holds. Errors: those of Session's steps; usage (credentials that cannot be
// sent).
net::Task<base::Result<AuthOutcome>> authenticate(Session& session, Login login);

}  // namespace smtp
