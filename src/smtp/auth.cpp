#include "smtp/auth.hpp"

#include <utility>

#include <fmt/format.h>

namespace smtp {

namespace {

base::Secret join(std::string_view first, std::string_view second) {
    return sasl::join_secret({first, second});
}

AuthFailure failure_of(sasl::FaultKind kind) {
    switch (kind) {
        case sasl::FaultKind::malformed:
            return AuthFailure::protocol;
        case sasl::FaultKind::weak:
            return AuthFailure::not_safe;
        case sasl::FaultKind::unproven:
            return AuthFailure::server_unproven;
        case sasl::FaultKind::refused:
            return AuthFailure::refused;
    }
    return AuthFailure::protocol;
}

// RFC 4954 section 4: one line, its text in base64.
std::optional<std::string> decode_challenge(const Reply& reply) {
    if (reply.lines.size() != 1 || reply.lines.front().size() > max_challenge_octets) return std::nullopt;
    const auto bytes = base::decode_base64(reply.lines.front());
    if (!bytes) return std::nullopt;
    return std::string(bytes->begin(), bytes->end());
}

// One AUTH command to its final reply.
class Exchange {
  public:
    Exchange(Session& session, sasl::Mechanism mechanism, base::Secret secret)
        : session_(session), mechanism_(std::move(mechanism)) {
        outcome_.mechanism = mechanism_.id();
        const auto octets = secret.reveal();
        hidden_.push_back(base::Secret(base::encode_base64(octets)));
        hidden_.push_back(std::move(secret));
    }

    net::Task<base::Result<AuthOutcome>> run();

  private:
    net::Task<base::Result<Reply>> begin();
    net::Task<base::Result<Reply>> respond(base::Secret octets);
    net::Task<base::Result<AuthOutcome>> cancel(sasl::Fault fault);
    sasl::Step answer(const Reply& challenge);
    AuthOutcome finish(Reply reply);
    AuthOutcome fail(AuthFailure failure, std::string detail);
    void note_reply(Reply reply);
    void hide(const base::Secret& octets);

    Session& session_;
    sasl::Mechanism mechanism_;
    std::optional<base::Secret> initial_;  // not sent yet
    std::vector<base::Secret> hidden_;
    AuthOutcome outcome_;
    int rounds_ = 0;
};

void Exchange::hide(const base::Secret& octets) {
    hidden_.push_back(octets);
    session_.hide_in_trace(hidden_);
}

net::Task<base::Result<Reply>> Exchange::begin() {
    const std::string command = fmt::format("AUTH {}", sasl::to_string(mechanism_.id()));
    const std::string shown = fmt::format("{} {}", command, hidden);
    initial_ = mechanism_.initial_response();
    session_.hide_in_trace(hidden_);
    if (!initial_) co_return co_await session_.command(command);
    const base::Secret payload(base::encode_base64(initial_->reveal()));
    if (command.size() + 1 + payload.reveal().size() + 2 > max_initial_line_octets)
        co_return co_await session_.command(command);  // a 334 will ask for it
    initial_.reset();
    hide(payload);
    // RFC 4954 section 4: "=" is an initial response that is empty.
    const std::string start = payload.empty() ? command + " =" : command + " ";
    base::Secret line = join(start, payload.reveal());
    co_return co_await session_.secret_command(std::move(line), shown);
}

net::Task<base::Result<Reply>> Exchange::respond(base::Secret octets) {
    base::Secret line(base::encode_base64(octets.reveal()));
    hide(line);
    const std::string shown(hidden);
    co_return co_await session_.secret_command(std::move(line), shown);
}

sasl::Step Exchange::answer(const Reply& challenge) {
    const auto malformed = [](std::string detail) {
        return sasl::Fault{.kind = sasl::FaultKind::malformed, .detail = std::move(detail)};
    };
    if (++rounds_ > max_auth_rounds)
        return malformed(fmt::format("the server sent more than {} challenges", max_auth_rounds));
    const auto octets = decode_challenge(challenge);
    if (!octets) return malformed("the server sent a challenge that is not in base64");
    if (!initial_) return mechanism_.step(*octets);
    base::Secret initial = std::move(*initial_);
    initial_.reset();
    return initial;
}

net::Task<base::Result<AuthOutcome>> Exchange::run() {
    CO_TRY(Reply reply, co_await begin());
    while (reply.code == 334) {
        auto step = answer(reply);
        if (auto* fault = std::get_if<sasl::Fault>(&step)) co_return co_await cancel(std::move(*fault));
        base::Secret octets = std::move(std::get<base::Secret>(step));
        CO_TRY(reply, co_await respond(std::move(octets)));
    }
    co_return finish(std::move(reply));
}

// RFC 4954 section 4: "*" ends the exchange, and the server answers 501. Whatever it says, the verdict
// stands.
net::Task<base::Result<AuthOutcome>> Exchange::cancel(sasl::Fault fault) {
    auto reply = co_await session_.command("*");
    if (reply) {
        note_reply(std::move(*reply));
    } else if (reply.error().kind == base::ErrorKind::interrupted) {
        co_return reply.error();
    }
    co_return fail(failure_of(fault.kind), std::move(fault.detail));
}

void Exchange::note_reply(Reply reply) {
    for (auto& line : reply.lines)
        line = hide_secrets(std::move(line), hidden_);
    outcome_.reply = std::move(reply);
}

AuthOutcome Exchange::fail(AuthFailure failure, std::string detail) {
    outcome_.failure = failure;
    outcome_.detail = hide_secrets(std::move(detail), hidden_);
    return outcome_;
}

AuthOutcome Exchange::finish(Reply reply) {
    note_reply(std::move(reply));
    if (const auto* error = mechanism_.token_error()) {
        outcome_.token_error = *error;
        for (auto* text : {&outcome_.token_error->status, &outcome_.token_error->scope,
                           &outcome_.token_error->schemes, &outcome_.token_error->openid_configuration})
            *text = hide_secrets(std::move(*text), hidden_);
    }
    if (outcome_.reply->is_temporary() || outcome_.reply->is_permanent())
        return fail(AuthFailure::refused, "the server refused the login: " + outcome_.reply->to_string());
    if (outcome_.reply->code != 235)
        return fail(AuthFailure::protocol, "the server answered AUTH with " + outcome_.reply->to_string());
    if (mechanism_.is_complete()) return outcome_;
    if (mechanism_.is_mutual())
        return fail(AuthFailure::server_unproven,
                    "the server accepted the login without showing that it knows the password");
    return fail(AuthFailure::protocol, "the server accepted a login that was not finished");
}

AuthOutcome not_begun(AuthFailure failure, std::optional<sasl::MechanismId> mechanism, std::string detail) {
    AuthOutcome outcome;
    outcome.failure = failure;
    outcome.mechanism = mechanism;
    outcome.detail = std::move(detail);
    return outcome;
}

std::string why_none(const std::vector<std::string>& offered, const Login& login) {
    if (offered.empty()) return "the server offers no login";
    const std::string list = fmt::format("{}", fmt::join(offered, " "));
    if (login.mechanism)
        return fmt::format("the server does not offer {}, but {}", sasl::to_string(*login.mechanism), list);
    return fmt::format("the server offers no login for a {}, but {}",
                       login.credentials.kind == sasl::CredentialKind::token ? "token" : "password", list);
}

}  // namespace

std::string_view to_string(AuthFailure failure) {
    switch (failure) {
        case AuthFailure::refused:
            return "refused";
        case AuthFailure::no_common_mechanism:
            return "no-common-mechanism";
        case AuthFailure::not_safe:
            return "not-safe";
        case AuthFailure::server_unproven:
            return "server-unproven";
        case AuthFailure::protocol:
            return "protocol";
    }
    return "";
}

net::Task<base::Result<AuthOutcome>> authenticate(Session& session, Login login) {
    // A list from before TLS is gone: start_tls() forgets the capabilities.
    const auto offered = session.capabilities() ? session.capabilities()->auth : std::vector<std::string>{};
    sasl::Surroundings surroundings;
    surroundings.host = std::move(login.host);
    surroundings.port = login.port;
    surroundings.nonce = std::move(login.nonce);
    surroundings.server_offers_binding = sasl::offers_binding(offered);
    if (session.tls()) {
        surroundings.binding_type = session.tls()->binding_type;
        surroundings.binding = session.tls()->binding;
    }
    sasl::Wish wish;
    wish.kind = login.credentials.kind;
    wish.binding = surroundings.binding.empty() ? sasl::Binding::unavailable : sasl::Binding::available;
    wish.mechanism = login.mechanism;
    const auto id = sasl::choose(offered, wish);
    if (!id) co_return not_begun(AuthFailure::no_common_mechanism, id, why_none(offered, login));
    const bool is_safe = session.tls() && session.tls()->status == net::CertificateStatus::ok;
    if (!is_safe && login.cleartext == Cleartext::refused)
        co_return not_begun(
            AuthFailure::not_safe, id,
            session.tls() ? "the server's certificate did not verify" : "the connection is in clear");
    CO_TRY(auto mechanism, sasl::Mechanism::create(*id, login.credentials, surroundings));
    Exchange exchange(session, std::move(mechanism), std::move(login.credentials.secret));
    auto outcome = co_await exchange.run();
    session.show_all_in_trace();
    co_return outcome;
}

}  // namespace smtp
