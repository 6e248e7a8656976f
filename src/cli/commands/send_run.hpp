// One message on its way: the relay is chosen and counted, the message signed and sent, the count settled.
// Another relay than the one that should take it is never tried silently, nor where DMARC would fail only
// there.
#pragma once

#include <map>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "app/fallback_guard.hpp"
#include "app/sending_sessions.hpp"
#include "cli/commands/trip.hpp"
#include "cli/context.hpp"
#include "cli/mail_signers.hpp"
#include "cli/outgoing_message.hpp"

namespace cli {

struct SendRequest {
    std::vector<mail::Address> recipients = {};
    relay::MailType type = relay::MailType::individual;
    std::optional<app::ReversePath> sender = {};  // -f
    std::optional<relay::Relay> relay = {};       // --relay
    std::optional<relay::OverLimit> over = {};    // --over, in place of what the relays say
    bool allow_unaligned = false;                 // a fallback may take it where DMARC then fails
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
    smtp::Limit limit = smtp::Limit::none;      // that the server told
    bool tripped = false;                       // by this attempt
};

// No relay takes it, by their daily limits or as they are out of use: nothing was sent, and nothing is
// counted.
struct NotTaken {
    relay::LogResult result = relay::LogResult::deferred;  // or refused
    std::string relay = {};  // whose limit decided that; empty = not that of one
    bool at_limit = false;   // the reason is a limit
    base::Error why = {};
};

using SendResult = std::variant<SendReport, NotTaken>;

// What the messages of one run share.
struct SendTools {
    Context& context;
    relay::Store& store;
    MailSigners signers;
    app::FallbackGuard guard;
    Trips trips;

    SendTools(Context& of, const Arguments& arguments, relay::Store& in)
        : context(of),
          store(in),
          signers(in, arguments.flag("--force") ? app::Force::yes : app::Force::no),
          guard(in, of.clock()),
          trips(of),
          silent_(arguments.flag("--silent")) {}
    // What holds for many messages is said once.
    void notice_once(const std::string& text);
    // That a limit is nearly used: once a run for each relay; of a run that is to be silent, and may be one
    // of thousands, only with the message that comes near it.
    // Once the message is sent: one that was refused is not counted.
    void warn_of_limit(const app::Reservation& reservation);

  private:
    std::set<std::string> noticed_;
    std::set<relay::RelayId> warned_;
    bool silent_;
};

class SendRun {
  public:
    SendRun(SendTools& tools, const SendRequest& request, const OutgoingMessage& message)
        : tools_(tools), context_(tools.context), store_(tools.store), request_(request), message_(message) {}

    // Errors: whatever else ended it before a server was spoken to; then nothing is counted. What servers
    // said is a report.
    net::Task<base::Result<SendResult>> send(app::SendingSessions& sessions);

    struct Preview {
        relay::Relay relay;
        SignedMail mail;
        std::vector<std::string> instead_of;  // the relays passed over: "news: its daily limit is reached"
    };
    // The same without a server, and without counting.
    net::Task<base::Result<Preview>> preview(dns::Resolver& resolver);

  private:
    app::ReservationWish wish() const;
    NotTaken nobody(const app::ReservedRoute& reserved) const;
    NotTaken too_many(relay::RelayId id) const;
    NotTaken at_limit(std::string relay, relay::OverLimit over) const;
    NotTaken stopped(const app::LimitStop& stop) const;
    void log_untaken(const NotTaken& untaken);
    void log_unsent(const relay::Relay& relay, const base::Error& why);
    net::Task<base::Result<bool>> may_take(dns::Resolver& resolver, std::vector<relay::Candidate> route);
    base::Result<SignedMail> prepare(const relay::Relay& relay);
    base::Result<std::optional<base::Secret>> password(const relay::Relay& relay);
    void tell_of_last_resort(const relay::Relay& fallback);
    base::Result<void> tell_passed_over(const std::vector<relay::Candidate>& route);
    net::Task<base::Result<SendReport>> send_through(app::SendingSessions& sessions,
                                                     app::Reservation reservation);
    base::Result<SendReport> give_back(const app::Reservation& reservation, base::Error error);
    void settle(const app::Reservation& reservation, SendReport& report);
    void tell_of_limit(const SendReport& report) const;
    bool goes_on(const SendReport& report) const;

    SendTools& tools_;
    Context& context_;
    relay::Store& store_;
    const SendRequest& request_;
    const OutgoingMessage& message_;
    std::set<relay::RelayId> told_;
    std::set<relay::RelayId> tried_;
    std::map<relay::RelayId, relay::RouteStep> unwanted_;  // as ReservationWish::passed_over
    std::optional<base::Error> why_unaligned_;
    std::vector<std::string> passed_over_;
    std::vector<std::string> instead_of_;  // the same, each with the reason
};

}  // namespace cli
