// The mechanisms without state worth the name: PLAIN, LOGIN and CRAM-MD5.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sasl/step.hpp"

namespace sasl {

// RFC 4616. The server prepares what it compares, so user and password go as they are (section 2).
class Plain {
  public:
    Plain(std::string user, base::Secret password) : user_(std::move(user)), password_(std::move(password)) {}
    std::optional<base::Secret> initial_response();
    Step step(std::string_view challenge);
    bool is_complete() const { return sent_; }

  private:
    std::string user_;
    base::Secret password_;
    bool sent_ = false;
};

// The user at the first prompt and the password at the second, whatever they say: servers write "Username:",
// "User Name\0" and other words. There is no third answer.
class Login {
  public:
    Login(std::string user, base::Secret password) : user_(std::move(user)), password_(std::move(password)) {}
    std::optional<base::Secret> initial_response() { return std::nullopt; }
    Step step(std::string_view challenge);
    bool is_complete() const { return prompts_ == 2; }

  private:
    std::string user_;
    base::Secret password_;
    int prompts_ = 0;
};

// RFC 2195.
class CramMd5 {
  public:
    CramMd5(std::string user, base::Secret password)
        : user_(std::move(user)), password_(std::move(password)) {}
    std::optional<base::Secret> initial_response() { return std::nullopt; }
    Step step(std::string_view challenge);
    bool is_complete() const { return sent_; }

  private:
    std::string user_;
    base::Secret password_;
    bool sent_ = false;
};

}  // namespace sasl
