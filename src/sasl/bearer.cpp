#include "sasl/bearer.hpp"

#include "sasl/escape.hpp"

namespace sasl {

std::optional<base::Secret> Bearer::initial_response() {
    sent_ = true;
    if (form_ == Form::xoauth2)
        return join_secret({"user=", user_, "\x01", "auth=Bearer ", token_.reveal(), "\x01\x01"});
    const std::string host = host_.empty() ? std::string() : "host=" + host_ + "\x01";
    const std::string port = port_ == 0 ? std::string() : "port=" + std::to_string(port_) + "\x01";
    return join_secret(
        {"n,a=", escape_name(user_), ",\x01", host, port, "auth=Bearer ", token_.reveal(), "\x01\x01"});
}

Step Bearer::step(std::string_view challenge) {
    if (failed_) return Fault{.kind = FaultKind::malformed, .detail = "the server gave its reason twice"};
    failed_ = true;
    error_ = parse_token_error(challenge).value_or(TokenError{});
    return form_ == Form::xoauth2 ? base::Secret() : base::Secret("\x01");
}

}  // namespace sasl
