// OAUTHBEARER (RFC 7628) and XOAUTH2: an access token, and the server's reason when it does not take it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sasl/step.hpp"
#include "sasl/token_error.hpp"

namespace sasl {

class Bearer {
  public:
    enum class Form : std::uint8_t { oauthbearer, xoauth2 };
    // `host` and `port` of the server stand in OAUTHBEARER; an empty host and port 0 are left out.
    Bearer(Form form, std::string user, base::Secret token, std::string host, std::uint16_t port)
        : form_(form),
          user_(std::move(user)),
          token_(std::move(token)),
          host_(std::move(host)),
          port_(port) {}

    std::optional<base::Secret> initial_response();
    // A challenge is the server's reason; the answer lets it send its final reply (RFC 7628 section 3.2.3).
    Step step(std::string_view challenge);
    bool is_complete() const { return sent_ && !failed_; }
    const std::optional<TokenError>& token_error() const { return error_; }

  private:
    Form form_;
    std::string user_;
    base::Secret token_;
    std::string host_;
    std::uint16_t port_;
    std::optional<TokenError> error_;
    bool sent_ = false;
    bool failed_ = false;
};

}  // namespace sasl
