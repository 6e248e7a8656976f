// A session with a relay, ready for mail: connected, encrypted as the relay is set and never less, logged in.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dns/resolver.hpp"
#include "net/dialer.hpp"
#include "relay/relay.hpp"
#include "smtp/auth.hpp"
#include "smtp/session.hpp"

namespace app {

// How far the session came before it failed. It stays at `address` where the DNS does not answer, or this
// machine has no way to any.
enum class SessionStage { address, connect, tls, greeting, ehlo, login, ready };
std::string_view to_string(SessionStage stage);  // "address", "connect", ...

struct RelaySessionOptions {
    std::string ehlo_name;                       // empty = the address we speak from, see smtp::ehlo_name()
    std::chrono::milliseconds timeout{120'000};  // for all of it
    std::chrono::milliseconds connect_limit{30'000};
    smtp::Trace trace = {};
};

class RelaySession {
  public:
    // The relay's own login, where it has one; nothing is sent in clear, nor on a certificate that did not
    // verify unless the relay is set not to verify. Errors: unavailable (a later try may do: DNS, connection,
    // timeout, 4xx), refused (not without a change: 5xx, no STARTTLS, a certificate that does not verify, no
    // login). `stage` tells how far it came.
    static net::Task<base::Result<std::unique_ptr<RelaySession>>> open(
        dns::Resolver& resolver, net::Dialer& dialer, relay::Relay relay,
        std::optional<base::Secret> password, RelaySessionOptions options, SessionStage& stage);

    smtp::Session& session() { return *session_; }
    // QUIT where the server still listens. Never fails.
    net::Task<void> close();

  private:
    RelaySession(relay::Relay relay, std::optional<base::Secret> password, RelaySessionOptions options)
        : relay_(std::move(relay)), password_(std::move(password)), options_(std::move(options)) {}
    net::Task<base::Result<void>> connect(dns::Resolver& resolver, net::Dialer& dialer, SessionStage& stage);
    net::Task<base::Result<void>> connect_in_turn(net::Dialer& dialer, std::vector<base::IpAddress> addresses,
                                                  SessionStage& stage);
    net::Task<base::Result<void>> greet(SessionStage& stage);
    net::Task<base::Result<void>> ehlo();
    net::Task<base::Result<void>> encrypt();
    net::Task<base::Result<void>> log_in();

    relay::Relay relay_;
    std::optional<base::Secret> password_;
    RelaySessionOptions options_;
    base::IpAddress address_;
    std::unique_ptr<net::Stream> stream_;
    std::optional<smtp::Session> session_;
};

}  // namespace app
