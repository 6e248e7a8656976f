// One mail transaction over a Session: MAIL, RCPT, and DATA or BDAT (RFC 5321 section 3.3, RFC 3030), with
// PIPELINING where it is offered (RFC 2920).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mail/address.hpp"
#include "smtp/session.hpp"

namespace smtp {

// Delivery status notifications (RFC 3461). Where the server does not offer DSN they are left out.
struct DsnRequest {
    std::string notify = {};       // "NEVER", or of SUCCESS, FAILURE, DELAY with commas; empty = not said
    std::string returned = {};     // "FULL" or "HDRS"; empty = not said
    std::string envelope_id = {};  // printable ASCII, at most 100 octets; sent as xtext (section 4)
    bool is_asked() const { return !notify.empty() || !returned.empty() || !envelope_id.empty(); }
};

struct Envelope {
    std::optional<mail::Address> sender;    // nullopt = the null reverse-path, "<>"
    std::vector<mail::Address> recipients;  // at least one
    std::uint64_t octets = 0;     // of the message with its CRLFs, dots not doubled: SIZE= (RFC 1870)
    bool has_eight_bit = false;   // octets above 127 in the body: BODY=8BITMIME (RFC 6152)
    bool needs_smtputf8 = false;  // in an address or the header (RFC 6531)
    DsnRequest dsn = {};
};

// Gives the message in pieces, empty at its end. Errors end the transaction before the message is complete.
using ReadMessage = std::function<base::Result<std::string_view>()>;

// Each step has its own time (RFC 5321 section 4.5.3.2) and none goes beyond `whole`.
struct TransactionLimits {
    std::chrono::milliseconds command = std::chrono::minutes(5);
    std::chrono::milliseconds data_start = std::chrono::minutes(2);
    std::chrono::milliseconds block = std::chrono::minutes(3);
    std::chrono::milliseconds data_end = std::chrono::minutes(10);
    net::Deadline whole = net::Deadline::max();
};

enum class Delivery : std::uint8_t {
    accepted,  // the server took the message for at least one recipient: it answers for it now
    refused,   // a 5xx for the sender, every recipient or the message
    deferred,  // a 4xx that decides, or a connection that was lost while the message was not complete
    unable,    // the server lacks what the message needs (8BITMIME, SMTPUTF8, its size): nothing was sent
    unknown,   // the connection was lost behind the final dot: the message may have been delivered
};
std::string_view to_string(Delivery delivery);  // "accepted", "refused", ...

struct TransactionResult {
    Delivery delivery = Delivery::deferred;
    std::optional<Reply> sender_reply = {};  // to MAIL
    std::vector<std::optional<Reply>> recipients =
        {};                                 // to each RCPT, in the envelope's order; nullopt = not asked
    std::optional<Reply> data_reply = {};   // to DATA or the last BDAT but one, where it decided
    std::optional<Reply> final_reply = {};  // to the message
    std::string detail = {};                // one line for people, raw: why it was not accepted, or not known
    bool is_open = true;                    // the session can carry another transaction
    bool was_ended = false;                 // by 421 or by a lost connection, within the transaction
    bool accepts(std::size_t recipient) const;  // did the server take this recipient
    std::size_t accepted_recipients() const;
};

// After EHLO, TLS and login. When some recipients are refused the message goes to the others. Whatever is not
// accepted is undone with RSET, so that the session can go on where `is_open` says so. Errors: interrupted,
// with the message not complete; usage (no recipient, a parameter that cannot be sent); what `read` returned.
// All else is a result.
net::Task<base::Result<TransactionResult>> send_mail(Session& session, Envelope envelope, ReadMessage read,
                                                     TransactionLimits limits);

// "+3D" for what xtext does not carry (RFC 3461 section 4).
std::string to_xtext(std::string_view text);

}  // namespace smtp
