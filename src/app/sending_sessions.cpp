#include "app/sending_sessions.hpp"

#include <algorithm>

namespace app {

namespace {

using Steady = std::chrono::steady_clock;

std::chrono::milliseconds since(Steady::time_point start) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - start);
}

// The server, or the network, has ended a session that was kept, and the message was not complete there.
bool was_ended(const SendAttempt& attempt) {
    return attempt.mail && attempt.mail->was_ended && attempt.mail->delivery == smtp::Delivery::deferred;
}

}  // namespace

std::list<SendingSessions::Kept>::iterator SendingSessions::find(relay::RelayId relay) {
    return std::find_if(kept_.begin(), kept_.end(), [=](const Kept& each) { return each.relay.id == relay; });
}

net::Task<void> SendingSessions::drop(std::list<Kept>::iterator kept) {
    const auto session = std::move(kept->session);
    kept_.erase(kept);
    co_await session->close();
}

// True when the session is there, as the first of kept_.
net::Task<bool> SendingSessions::open(SendAttempt& attempt, relay::Relay relay,
                                      const ReadPassword& password) {
    const auto start = Steady::now();
    auto secret = password();
    if (secret.has_error()) {
        attempt.failure = secret.error();
        co_return false;
    }
    if (kept_.size() >= most_open) co_await drop(std::prev(kept_.end()));
    auto opened =
        co_await RelaySession::open(resolver_, dialer_, relay, std::move(*secret), options_, attempt.stage);
    attempt.session_time = since(start);
    if (opened.has_error()) {
        attempt.failure = opened.error();
        co_return false;
    }
    kept_.push_front({.relay = std::move(relay), .session = std::move(*opened)});
    co_return true;
}

net::Task<void> SendingSessions::transact(SendAttempt& attempt, smtp::Envelope envelope,
                                          smtp::ReadMessage message) {
    auto& session = kept_.front().session->session();
    attempt.stage = SessionStage::ready;
    if (session.tls()) attempt.sent_over = session.tls()->version;
    const auto start = Steady::now();
    const smtp::TransactionLimits limits;
    auto result = co_await smtp::send_mail(session, std::move(envelope), std::move(message), limits);
    attempt.mail_time = since(start);
    if (result.has_value()) {
        attempt.mail = std::move(*result);
        if (attempt.mail->is_open) co_return;
    } else {
        // The connection ends here without another word: a message that was begun must not be ended.
        attempt.failure = result.error();
    }
    kept_.pop_front();
}

net::Task<SendAttempt> SendingSessions::send(relay::Relay relay, ReadPassword password,
                                             smtp::Envelope envelope, OpenMessage message) {
    SendAttempt attempt;
    const auto kept = find(relay.id);
    if (kept != kept_.end() && kept->relay == relay) {
        kept_.splice(kept_.begin(), kept_, kept);
        co_await transact(attempt, envelope, message());
        if (!was_ended(attempt)) co_return attempt;
        attempt = {};
    } else if (kept != kept_.end()) {
        co_await drop(kept);
    }
    const bool opened = co_await open(attempt, std::move(relay), password);
    if (opened) co_await transact(attempt, std::move(envelope), message());
    co_return attempt;
}

net::Task<void> SendingSessions::close(relay::RelayId relay) {
    const auto kept = find(relay);
    if (kept != kept_.end()) co_await drop(kept);
}

net::Task<void> SendingSessions::close() {
    while (!kept_.empty())
        co_await drop(kept_.begin());
}

}  // namespace app
