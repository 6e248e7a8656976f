// One login's exchange as a state machine that knows no socket (RFC 4422).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/base64.hpp"
#include "base/result.hpp"
#include "sasl/bearer.hpp"
#include "sasl/choose.hpp"
#include "sasl/plain.hpp"
#include "sasl/scram.hpp"

namespace sasl {

inline constexpr std::size_t max_user_octets = 512;
inline constexpr std::size_t max_secret_octets = 7168;  // tokens have 2 to 4 kB; in base64 it fits a line

struct Credentials {
    std::string user;  // UTF-8
    base::Secret secret;
    CredentialKind kind = CredentialKind::password;
};

// Errors: usage, for what no mechanism can carry: nothing, too much, a control character, a NUL, a token with
// characters other than VCHAR.
base::Result<void> check_credentials(const Credentials& credentials);

// What a mechanism may need beside the credentials.
struct Surroundings {
    std::string host = {};  // the server's name, for OAUTHBEARER
    std::uint16_t port = 0;
    std::string binding_type = {};  // of the TLS channel; empty = cannot be bound
    base::Bytes binding = {};
    bool server_offers_binding = false;  // some -PLUS is offered
    std::string nonce = {};              // for tests; empty = a random one
};

class Mechanism {
  public:
    // Errors: usage (credentials that the mechanism cannot carry, or of the wrong kind), bug (-PLUS without
    // channel binding). They never hold the secret.
    static base::Result<Mechanism> create(MechanismId id, const Credentials& credentials,
                                          const Surroundings& surroundings);

    MechanismId id() const { return id_; }
    // nullopt: the server speaks first. Once, before any step.
    std::optional<base::Secret> initial_response();
    // The answer to a challenge; both raw octets.
    Step step(std::string_view challenge);
    // All has been said, and the server has proved itself where the mechanism has it: only then may the
    // server's success be believed.
    bool is_complete() const;
    // The server proves itself in this mechanism.
    bool is_mutual() const { return std::holds_alternative<Scram>(state_); }
    const TokenError* token_error() const;  // of a server that took no token, else nullptr

  private:
    using State = std::variant<Plain, Login, CramMd5, Bearer, Scram>;
    Mechanism(MechanismId id, State state) : id_(id), state_(std::move(state)) {}

    MechanismId id_;
    State state_;
};

}  // namespace sasl
