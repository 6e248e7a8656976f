// The sessions of a run that sends messages: one a relay, opened with its first message and kept for the
// next.
#pragma once

#include <functional>
#include <list>
#include <memory>

#include "app/send_attempt.hpp"

namespace app {

// Asked where a session is opened, and only then. nullopt = the relay has no login.
using ReadPassword = std::function<base::Result<std::optional<base::Secret>>()>;
// Gives the message from its beginning, each time it is called.
using OpenMessage = std::function<smtp::ReadMessage()>;

class SendingSessions {
  public:
    SendingSessions(dns::Resolver& resolver, net::Dialer& dialer, RelaySessionOptions options = {})
        : resolver_(resolver), dialer_(dialer), options_(std::move(options)) {}

    dns::Resolver& resolver() const { return resolver_; }

    // One message through one relay. Never throws a message away: what is not known to be refused is told as
    // it is. A session that the server has ended meanwhile (421, or a connection that is gone) is opened
    // anew, once, where the message certainly was not taken. A session serves the relay as it was when it was
    // opened: after any change of it there is another one. An Error of `password` is the attempt's failure,
    // at stage address.
    net::Task<SendAttempt> send(relay::Relay relay, ReadPassword password, smtp::Envelope envelope,
                                OpenMessage message);
    // QUIT to one that takes no more, and to all. Never fails.
    net::Task<void> close(relay::RelayId relay);
    net::Task<void> close();

    static constexpr std::size_t most_open = 20;  // beyond, the one unused for longest is closed

  private:
    struct Kept {
        relay::Relay relay;
        std::unique_ptr<RelaySession> session;
    };

    std::list<Kept>::iterator find(relay::RelayId relay);
    net::Task<void> drop(std::list<Kept>::iterator kept);
    net::Task<bool> open(SendAttempt& attempt, relay::Relay relay, const ReadPassword& password);
    net::Task<void> transact(SendAttempt& attempt, smtp::Envelope envelope, smtp::ReadMessage message);

    dns::Resolver& resolver_;
    net::Dialer& dialer_;
    RelaySessionOptions options_;
    std::list<Kept> kept_;  // the one used last comes first
};

}  // namespace app
