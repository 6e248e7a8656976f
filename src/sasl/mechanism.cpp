#include "sasl/mechanism.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace sasl {

namespace {

base::Result<void> check(MechanismId id, const Credentials& credentials) {
    if (credential_kind(id) != credentials.kind)
        return base::usage_error(std::string(to_string(id)) + (credentials.kind == CredentialKind::token
                                                                   ? " takes a password, not a token"
                                                                   : " takes a token, not a password"));
    return check_credentials(credentials);
}

base::Result<Scram> make_scram(MechanismId id, const Credentials& credentials,
                               const Surroundings& surroundings) {
    Scram::Options options;
    options.hash = id == MechanismId::scram_sha_256 || id == MechanismId::scram_sha_256_plus
                       ? crypto::Hash::sha256
                       : crypto::Hash::sha1;
    const bool can_bind = !surroundings.binding_type.empty() && !surroundings.binding.empty();
    if (binds_channel(id)) {
        if (!can_bind)
            return base::Error{.kind = base::ErrorKind::bug, .message = "SCRAM-PLUS without channel binding"};
        options.flag = BindingFlag::used;
        options.binding_type = surroundings.binding_type;
        options.binding = surroundings.binding;
    } else if (can_bind && !surroundings.server_offers_binding) {
        options.flag = BindingFlag::not_offered;
    }
    options.nonce = surroundings.nonce.empty() ? make_nonce() : surroundings.nonce;
    return Scram::create(credentials.user, credentials.secret, std::move(options));
}

}  // namespace

base::Result<void> check_credentials(const Credentials& credentials) {
    if (credentials.user.empty()) return base::usage_error("a login without a user name");
    if (credentials.secret.empty()) return base::usage_error("a login without a password or token");
    if (credentials.user.size() > max_user_octets || credentials.secret.reveal().size() > max_secret_octets)
        return base::usage_error("a user name, password or token that is too long");
    if (std::any_of(credentials.user.begin(), credentials.user.end(), base::is_control))
        return base::usage_error("a control character in the user name");
    const auto secret = credentials.secret.reveal();
    // NUL ends a field of PLAIN; a token is of VCHAR (RFC 6750 section 2.1), and 0x01 would end it.
    if (secret.find('\0') != std::string_view::npos) return base::usage_error("a NUL in the password");
    const auto is_visible = [](char c) { return c > ' ' && c <= '~'; };
    if (credentials.kind == CredentialKind::token && !std::all_of(secret.begin(), secret.end(), is_visible))
        return base::usage_error("a character in the token that no token has",
                                 "give the access token alone, without blanks or line ends");
    return {};
}

base::Result<Mechanism> Mechanism::create(MechanismId id, const Credentials& credentials,
                                          const Surroundings& surroundings) {
    TRY_VOID(check(id, credentials));
    const auto bearer = [&](Bearer::Form form) {
        return Bearer(form, credentials.user, credentials.secret, surroundings.host, surroundings.port);
    };
    switch (id) {
        case MechanismId::plain:
            return Mechanism(id, Plain(credentials.user, credentials.secret));
        case MechanismId::login:
            return Mechanism(id, Login(credentials.user, credentials.secret));
        case MechanismId::cram_md5:
            return Mechanism(id, CramMd5(credentials.user, credentials.secret));
        case MechanismId::oauthbearer:
            return Mechanism(id, bearer(Bearer::Form::oauthbearer));
        case MechanismId::xoauth2:
            return Mechanism(id, bearer(Bearer::Form::xoauth2));
        case MechanismId::scram_sha_256_plus:
        case MechanismId::scram_sha_256:
        case MechanismId::scram_sha_1_plus:
        case MechanismId::scram_sha_1:
            break;
    }
    TRY(Scram scram, make_scram(id, credentials, surroundings));
    return Mechanism(id, std::move(scram));
}

std::optional<base::Secret> Mechanism::initial_response() {
    return std::visit([](auto& state) { return state.initial_response(); }, state_);
}

Step Mechanism::step(std::string_view challenge) {
    return std::visit([challenge](auto& state) { return state.step(challenge); }, state_);
}

bool Mechanism::is_complete() const {
    return std::visit([](const auto& state) { return state.is_complete(); }, state_);
}

const TokenError* Mechanism::token_error() const {
    const auto* bearer = std::get_if<Bearer>(&state_);
    return bearer != nullptr && bearer->token_error() ? &*bearer->token_error() : nullptr;
}

}  // namespace sasl
