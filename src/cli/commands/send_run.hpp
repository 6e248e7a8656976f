// One message on its way: the relay is chosen and counted, the message signed and sent, the count settled.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "app/sending_sessions.hpp"
#include "cli/context.hpp"
#include "cli/mail_signers.hpp"
#include "cli/outgoing_message.hpp"

namespace cli {

enum class Over { fallback, defer, reject };  // what is done where a limit is reached

struct SendRequest {
    std::vector<mail::Address> recipients = {};
    relay::MailType type = relay::MailType::individual;
    std::optional<app::ReversePath> sender = {};  // -f
    std::optional<relay::Relay> relay = {};       // --relay
    Over over = Over::fallback;
    smtp::DsnRequest dsn = {};
};

// The message as it goes through one relay.
struct SignedMail {
    smtp::Envelope envelope;
    std::string fields = {};                   // of DKIM
    std::vector<std::string> signatures = {};  // "s202611@example.com"
};

struct SendReport {
    relay::Relay relay;
    SignedMail mail;
    app::SendAttempt attempt;
    std::vector<std::string> passed_over = {};  // names of the relays that would have come before
    bool limit_told = false;
};

// What the messages of one run share.
struct SendTools {
    Context& context;
    relay::Store& store;
    MailSigners signers;

    SendTools(Context& of, const Arguments& arguments, relay::Store& in)
        : context(of), store(in), signers(in, arguments.flag("--force") ? app::Force::yes : app::Force::no) {}
    // What holds for many messages is said once.
    void notice_once(const std::string& text);

  private:
    std::set<std::string> noticed_;
};

class SendRun {
  public:
    SendRun(SendTools& tools, const SendRequest& request, const OutgoingMessage& message)
        : tools_(tools), context_(tools.context), store_(tools.store), request_(request), message_(message) {}

    // Errors: whatever ended it before a server was spoken to; then nothing is counted. What servers said is
    // a report.
    net::Task<base::Result<SendReport>> send(app::SendingSessions& sessions);

    struct Preview {
        relay::Relay relay;
        SignedMail mail;
    };
    // The same without a server, and without counting.
    base::Result<Preview> preview();

  private:
    app::ReservationWish wish() const;
    base::Error nobody(const std::vector<relay::Candidate>& route) const;
    base::Result<SignedMail> prepare(const relay::Relay& relay);
    base::Result<std::optional<base::Secret>> password(const relay::Relay& relay);
    base::Result<void> tell_passed_over(const std::vector<relay::Candidate>& route);
    net::Task<base::Result<SendReport>> send_through(app::SendingSessions& sessions,
                                                     app::Reservation reservation);
    base::Result<SendReport> give_back(const app::Reservation& reservation, base::Error error);
    void settle(const app::Reservation& reservation, const SendReport& report);

    SendTools& tools_;
    Context& context_;
    relay::Store& store_;
    const SendRequest& request_;
    const OutgoingMessage& message_;
    std::set<relay::RelayId> told_;
    std::set<relay::RelayId> tried_;
    std::vector<std::string> passed_over_;
};

}  // namespace cli
