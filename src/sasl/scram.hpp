// SCRAM (RFC 5802, 7677): a proof in place of the password, and the server's own proof. -PLUS binds both to
// the TLS channel (RFC 5929, 9266).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/base64.hpp"
#include "base/result.hpp"
#include "crypto/mac.hpp"
#include "sasl/step.hpp"

namespace sasl {

inline constexpr std::uint32_t min_scram_rounds = 4096;     // RFC 7677 section 4
inline constexpr std::uint32_t max_scram_rounds = 1000000;  // the server must not keep us busy

// What the gs2 header says of channel binding (RFC 5802 section 6).
enum class BindingFlag : std::uint8_t {
    unsupported,  // n: we cannot bind, or the server offers it in a mechanism that we did not take
    not_offered,  // y: we could, and the server offered no -PLUS: a server that did will see the downgrade
    used,         // p
};

class Scram {
  public:
    struct Options {
        crypto::Hash hash = crypto::Hash::sha256;
        BindingFlag flag = BindingFlag::unsupported;
        std::string binding_type = {};  // "tls-exporter": for `used`
        base::Bytes binding = {};
        std::string nonce;  // printable ASCII without a comma, fresh each time
    };

    // Prepares user and password with SASLprep. Errors: usage.
    static base::Result<Scram> create(std::string_view user, const base::Secret& password, Options options);

    std::optional<base::Secret> initial_response();
    Step step(std::string_view challenge);
    bool is_complete() const { return state_ == State::done; }  // the server has proved itself

  private:
    enum class State : std::uint8_t { first, final, done };
    Scram(std::string first_bare, base::Secret password, Options options);
    std::string gs2_header() const;
    Step answer_first(std::string_view message);
    Step check_final(std::string_view message);

    std::string first_bare_;  // client-first-message-bare
    base::Secret password_;
    base::Secret server_signature_;
    Options options_;
    State state_ = State::first;
};

std::string make_nonce();  // 144 random bits in base64

}  // namespace sasl
