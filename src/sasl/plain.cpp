#include "sasl/plain.hpp"

#include "base/base64.hpp"
#include "crypto/mac.hpp"

namespace sasl {

namespace {

Fault unexpected_challenge() {
    return {.kind = FaultKind::malformed, .detail = "the server asked for more than the mechanism has"};
}

}  // namespace

std::optional<base::Secret> Plain::initial_response() {
    constexpr std::string_view nul("\0", 1);
    sent_ = true;
    return join_secret({nul, user_, nul, password_.reveal()});
}

Step Plain::step(std::string_view) {
    return unexpected_challenge();
}

Step Login::step(std::string_view) {
    if (prompts_ == 2) return unexpected_challenge();
    ++prompts_;
    return prompts_ == 1 ? base::Secret(user_) : password_;
}

Step CramMd5::step(std::string_view challenge) {
    if (sent_) return unexpected_challenge();
    // With nothing to hash the answer would be good for every login to come.
    if (challenge.empty())
        return Fault{.kind = FaultKind::malformed, .detail = "the server sent an empty CRAM-MD5 challenge"};
    sent_ = true;
    const base::Secret digest = crypto::hmac(crypto::Hash::md5, password_.reveal(), challenge);
    const auto bytes = digest.reveal();
    return join_secret({user_, " ", base::to_hex(base::Bytes(bytes.begin(), bytes.end()))});
}

}  // namespace sasl
