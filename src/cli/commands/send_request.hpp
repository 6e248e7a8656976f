// What the options of `send` ask for, read once a run, and what that means for one message.
#pragma once

#include "cli/commands/send_run.hpp"

namespace cli {

inline constexpr std::string_view return_words[] = {"full", "hdrs"};
inline constexpr std::string_view notify_words[] = {"never", "success", "failure", "delay"};

struct SendOptions {
    SendRequest common;  // without recipients, unless they are named
    mail::Recipients of_header = mail::Recipients::not_wanted;
    std::optional<relay::MailType> type = {};  // nullopt: what the message says
    std::string folder = "/tmp";               // for messages that are long
    std::optional<base::DomainName> local_domain = {};
    // Of a message without From, handed in as sendmail takes it with -f.
    std::optional<mail::SubmissionOptions::Author> author = {};
};

// What can be told without the store. Errors: usage.
base::Result<SendOptions> read_send_options(Context& context, const Arguments& arguments);
// The rest: the relay that is named, and the addresses, which the store's local domain completes. Errors:
// usage; not_found; the store's.
base::Result<void> read_named(const Arguments& arguments, relay::Store& store, SendOptions& options);

// How a message is read: Date and Message-ID are those of this moment.
OutgoingOptions outgoing_options(Context& context, const SendOptions& options);

// Errors: usage: no recipient, a mail type that is none.
base::Result<SendRequest> request_for(const SendOptions& options, const mail::Submission& submission);

}  // namespace cli
