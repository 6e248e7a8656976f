#include "app/relay_session.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/probe_address.hpp"
#include "base/text.hpp"
#include "net/network_error.hpp"
#include "net/own_address.hpp"

namespace app {

namespace {

using Steady = std::chrono::steady_clock;

constexpr std::chrono::milliseconds goodbye_limit{2000};

base::Error not_now(std::string message) {
    return {.kind = base::ErrorKind::unavailable, .message = std::move(message)};
}

base::Error refused(std::string message, std::string hint = {}) {
    return {.kind = base::ErrorKind::refused, .message = std::move(message), .hint = std::move(hint)};
}

// A reply that ends the session before it began.
base::Error told(std::string_view what, const smtp::Reply& reply) {
    const auto message = fmt::format("{}: {}", what, base::printable(reply.to_string()));
    return reply.is_permanent() ? refused(message) : not_now(message);
}

}  // namespace

net::Task<base::Result<void>> RelaySession::connect(dns::Resolver& resolver, net::Dialer& dialer,
                                                    SessionStage& stage) {
    const auto resolution = co_await resolve_host(resolver, relay_.host);
    // That the host does not exist is a failure of the relay; a question without an answer is not.
    if (!resolution.failed) stage = SessionStage::connect;
    if (resolution.addresses.empty())
        co_return not_now(fmt::format("{} has no address: {}", relay_.host.to_string(), resolution.detail));
    ProbeOptions race;
    race.connect_limit = options_.connect_limit;
    std::vector<std::uint16_t> ports(1, relay_.port);
    auto chosen = co_await choose_address(dialer, resolution.addresses, std::move(ports), race);
    address_ = chosen.address;
    if (const auto opened = chosen.opened.find(relay_.port); opened != chosen.opened.end()) {
        stream_ = std::move(opened->second.stream);
        co_return base::Result<void>();
    }
    auto again = resolution.addresses;
    co_return co_await connect_in_turn(dialer, std::move(again), stage);
}

// The first that says more than that this machine has no way there: one without IPv6 has none to half of
// them.
net::Task<base::Result<void>> RelaySession::connect_in_turn(net::Dialer& dialer,
                                                            std::vector<base::IpAddress> addresses,
                                                            SessionStage& stage) {
    std::optional<base::Error> first;
    for (const auto& address : addresses) {
        net::Endpoint endpoint;
        endpoint.address = address;
        endpoint.port = relay_.port;
        auto stream = co_await dialer.connect(endpoint, Steady::now() + options_.connect_limit);
        if (stream) {
            address_ = address;
            stream_ = std::move(*stream);
            co_return base::Result<void>();
        }
        if (stream.error().kind == base::ErrorKind::interrupted) co_return stream.error();
        const auto why = not_now(
            fmt::format("{} cannot be reached: {}", net::to_string(endpoint), stream.error().message));
        if (!net::is_own_fault(stream.error())) co_return why;
        if (!first) first = why;
    }
    stage = SessionStage::address;
    co_return *first;
}

net::Task<base::Result<void>> RelaySession::ehlo() {
    std::string name = options_.ehlo_name;
    if (name.empty())
        name = smtp::ehlo_name("", net::own_address_towards(address_).value_or(base::IpAddress()));
    CO_TRY(const auto reply, co_await session_->ehlo(std::move(name)));
    if (!reply.is_positive()) co_return told("the server does not take our EHLO", reply);
    co_return base::Result<void>();
}

// A certificate that does not verify ends it: who is there may not be the relay.
net::Task<base::Result<void>> RelaySession::encrypt() {
    net::TlsOptions options;
    options.server_name = relay_.host.to_string();
    options.ca_file = relay_.ca_file;
    options.fingerprint = relay_.fingerprint;
    std::optional<base::Result<net::TlsInfo>> info;
    if (relay_.security == relay::Security::ssl) {
        info = co_await session_->start_implicit_tls(std::move(options));
    } else {
        info = co_await session_->start_tls(std::move(options));
    }
    if (info->has_error()) co_return info->error();
    const auto& tls = info->value();
    if (tls.status != net::CertificateStatus::ok && relay_.verification == relay::Verification::on)
        co_return refused("the certificate does not verify: " + base::printable(tls.reason),
                          fmt::format("relayctl probe {}", relay_.name));
    co_return base::Result<void>();
}

net::Task<base::Result<void>> RelaySession::log_in() {
    if (relay_.security == relay::Security::none)
        co_return refused("a login in clear text is never sent",
                          fmt::format("relayctl edit {} --security tls", relay_.name));
    smtp::Login login;
    login.credentials.user = relay_.login->user;
    login.credentials.secret = *password_;
    login.host = relay_.host.to_string();
    login.port = relay_.port;
    // The relay's own setting said so, and encrypt() has seen to everything else.
    if (relay_.verification == relay::Verification::off) login.cleartext = smtp::Cleartext::allowed;
    CO_TRY(const auto outcome, co_await smtp::authenticate(*session_, std::move(login)));
    if (outcome.accepted()) co_return base::Result<void>();
    const bool temporary =
        outcome.failure == smtp::AuthFailure::refused && outcome.reply && outcome.reply->is_temporary();
    const auto message = "the login failed: " + base::printable(outcome.detail);
    if (temporary) co_return not_now(message);
    co_return refused(message, fmt::format("relayctl probe {} --login", relay_.name));
}

net::Task<base::Result<void>> RelaySession::greet(SessionStage& stage) {
    if (relay_.security == relay::Security::ssl) {
        stage = SessionStage::tls;
        CO_TRY_VOID(co_await encrypt());
    }
    stage = SessionStage::greeting;
    CO_TRY(const auto greeting, co_await session_->read_greeting());
    if (!greeting.is_positive()) co_return told("the server does not greet", greeting);
    stage = SessionStage::ehlo;
    CO_TRY_VOID(co_await ehlo());
    if (relay_.security == relay::Security::tls) {
        stage = SessionStage::tls;
        CO_TRY_VOID(co_await encrypt());
        stage = SessionStage::ehlo;
        CO_TRY_VOID(co_await ehlo());
    }
    if (relay_.login) {
        stage = SessionStage::login;
        CO_TRY_VOID(co_await log_in());
    }
    stage = SessionStage::ready;
    co_return base::Result<void>();
}

net::Task<base::Result<std::unique_ptr<RelaySession>>> RelaySession::open(
    dns::Resolver& resolver, net::Dialer& dialer, relay::Relay relay, std::optional<base::Secret> password,
    RelaySessionOptions options, SessionStage& stage) {
    stage = SessionStage::address;
    std::unique_ptr<RelaySession> made(
        new RelaySession(std::move(relay), std::move(password), std::move(options)));
    const auto deadline = Steady::now() + made->options_.timeout;
    const auto connected = co_await made->connect(resolver, dialer, stage);
    if (!connected) co_return connected.error();
    made->session_.emplace(*made->stream_);
    made->session_->set_deadline(deadline);
    made->session_->set_trace(made->options_.trace);
    const auto greeted = co_await made->greet(stage);
    if (greeted) co_return std::move(made);
    co_await made->close();
    co_return greeted.error();
}

net::Task<void> RelaySession::close() {
    if (session_->failure()) {
        stream_->close();
        co_return;
    }
    session_->set_deadline(Steady::now() + goodbye_limit);
    co_await session_->quit();
}

std::string_view to_string(SessionStage stage) {
    switch (stage) {
        case SessionStage::address:
            return "address";
        case SessionStage::connect:
            return "connect";
        case SessionStage::tls:
            return "tls";
        case SessionStage::greeting:
            return "greeting";
        case SessionStage::ehlo:
            return "ehlo";
        case SessionStage::login:
            return "login";
        case SessionStage::ready:
            return "ready";
    }
    return "ready";
}

}  // namespace app
