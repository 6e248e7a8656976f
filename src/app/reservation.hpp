// Room under a relay's daily limit, taken before a message is sent and given back when it was not.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "relay/route.hpp"
#include "relay/store.hpp"
#include "smtp/limit_reply.hpp"

namespace app {

// The zone of the store's days. Errors: the store's.
base::Result<relay::ZoneOffset> zone_of(relay::Store& store);

struct Reservation {
    relay::Relay relay;
    relay::Day day = {};
    std::uint64_t recipients = 0;
    relay::RelayDay today = {};  // with the message
    bool nears_limit = false;    // four fifths of the limit are used, with this message and not before it
};

// A relay that is at its limit, or too small for the message, and whose mail is not to go through another.
struct LimitStop {
    relay::RelayId relay = 0;
    // Or reject, unless it stands in for one that may take the message another day; too_many is for ever.
    relay::OverLimit over = relay::OverLimit::defer;
    relay::RouteStep step = relay::RouteStep::limit_reached;  // or too_many
};

struct ReservedRoute {
    std::vector<relay::Candidate> route;    // see relay::find_route()
    std::optional<Reservation> taken = {};  // nullopt = no relay takes the message
    std::optional<LimitStop> stop = {};     // why none does, where a limit is the reason
    std::vector<relay::Relay> relays = {};  // of preview(): all there are, those of the route among them
};

// Chooses the relay and counts the message on it, in one write transaction: however many processes send at
// once, no limit is passed. What a process that is killed had reserved stays counted. Errors: the store's;
// then nothing is counted, and nothing may be sent.
base::Result<ReservedRoute> reserve(relay::Store& store, const base::Clock& clock,
                                    const base::DomainName& sender_domain, relay::MailType type,
                                    std::uint64_t recipients);

// What a message that is sent wants, beyond reserve() above.
struct ReservationWish {
    base::DomainName sender_domain;
    relay::MailType type = relay::MailType::individual;
    std::uint64_t recipients = 0;
    std::optional<relay::RelayId> only = {};    // this relay, whatever it serves; its limits hold
    std::optional<relay::OverLimit> over = {};  // in place of what the relays say for past their limit
    // Relays that are not to take it, with the step of the route that tells why: `unaligned`, where a
    // forecast has ruled them out as fallback; `limit_reached`, where they take no more for now.
    std::map<relay::RelayId, relay::RouteStep> passed_over = {};
};
// As above. None is taken when one that stands before it in the route is at its limit, or may never carry so
// many recipients, and says defer or reject.
base::Result<ReservedRoute> reserve(relay::Store& store, const base::Clock& clock,
                                    const ReservationWish& wish);
// The same choice, counted nowhere: `taken` of the route alone tells.
base::Result<ReservedRoute> preview(relay::Store& store, const base::Clock& clock,
                                    const ReservationWish& wish);
// The first of the route that serves the message and is at its limit; nullptr = none before the one taken.
const relay::Candidate* find_limited(const std::vector<relay::Candidate>& route);

// How it went, in one write transaction each. Errors: the store's.
enum class Given { kept, back };
struct SendingOutcome {
    Given given = Given::kept;  // back: the server has not taken the message, for certain
    std::string failure = {};   // why no session came about (connection, TLS, login); empty = one did
    smtp::Limit limit = smtp::Limit::none;  // the server said that one of its own is reached
    bool tried = true;                      // false: it was not spoken to, and its failures stay as they are
};
// True when this tripped the relay: so many failures in a row on one day as the setting failures-to-trip
// says. The log's line about it goes into the same transaction.
base::Result<bool> settle(relay::Store& store, const Reservation& reservation, const SendingOutcome& outcome,
                          const std::optional<relay::LogEntry>& entry = {});

// A line of the log; those go that are older than the setting log-keep. Inside a transaction.
base::Result<void> write_log_line(relay::Store& store, const relay::LogEntry& entry);

// A relay that was tripped, or had told that its limit is reached, takes mail again, and its failures are
// counted from none. True when it was out of use.
// Inside a transaction.
base::Result<bool> clear_trip(relay::Store& store, const base::Clock& clock, relay::RelayId relay);

}  // namespace app
