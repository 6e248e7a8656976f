// One message through one relay: the session, the transaction, and what is to be counted of it.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "app/relay_session.hpp"
#include "app/reservation.hpp"
#include "relay/log_entry.hpp"
#include "smtp/diagnosis.hpp"
#include "smtp/transaction.hpp"

namespace app {

struct SendAttempt {
    SessionStage stage = SessionStage::address;        // how far the session came
    std::optional<base::Error> failure = {};           // no session, or one that ended in an Error
    std::optional<smtp::TransactionResult> mail = {};  // nullopt = no transaction was begun, or see failure
    std::chrono::milliseconds session_time{0};         // until the relay was ready for mail
    std::chrono::milliseconds mail_time{0};            // of the transaction
    std::string sent_over = {};                        // the version of TLS; empty: in clear
};

// accepted, refused, deferred, unable or unknown; a failure of the session is `deferred`, TLS included, or
// `refused` when the server said so for good; an interruption before the message was complete is `deferred`.
relay::LogResult result_of(const SendAttempt& attempt);

// The message counts unless it was not taken, for certain. Pure.
SendingOutcome outcome_of(const SendAttempt& attempt);

// The id under which the server keeps the message, as far as its reply tells: "queued as 4B1C2D". Printable.
std::string queue_id_of(const smtp::Reply& reply);

// The reply that decided, or why there is none; one line, printable.
std::string reply_of(const SendAttempt& attempt);

// The reply with which a session ended before it could carry mail; nullopt = it was no reply that ended it.
std::optional<smtp::ReplyText> said_before_mail(const SendAttempt& attempt);

relay::LogEntry log_entry_of(const SendAttempt& attempt, const Reservation& reservation,
                             const base::DomainName& from_domain, relay::MailType type, base::Time now,
                             const std::string& instead_of);

// In a transaction of its own. Errors: the store's.
base::Result<void> append_log(relay::Store& store, const relay::LogEntry& entry);

// MAIL FROM: `given` where it is (nullopt within = <>), else the relay's return path, for `managed` the
// address among the store's settings. Errors: usage: it is not set; the store's.
using ReversePath = std::optional<mail::Address>;  // nullopt = <>
base::Result<ReversePath> reverse_path(relay::Store& store, const relay::Relay& relay,
                                       const mail::Address& author, const std::optional<ReversePath>& given);

}  // namespace app
