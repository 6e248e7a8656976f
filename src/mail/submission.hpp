// A message as it is handed in, made fit to be sent (RFC 6409 section 8): what must be in its header is
// added, what must not leave is taken out. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "mail/address.hpp"
#include "mail/header.hpp"

namespace mail {

// What the sender of the message chose as its type, for the route; it does not leave.
inline constexpr std::string_view mail_type_field = "X-Mail-Type";

struct SubmissionOptions {
    base::Time now = {};  // for Date
    // Of addresses that have no domain, such as root; nullopt: those are errors.
    std::optional<base::DomainName> local_domain = {};
    // For From, where the message has none, as sendmail adds it: its -f and -F. nullopt: none is an error.
    struct Author {
        Address address;
        std::string name = {};  // UTF-8, may be empty; its first 200 octets
    };
    std::optional<Author> author = {};
    std::string message_id_left = {};  // unique, for a Message-ID: dot-atom text (RFC 5322 section 3.6.4)
};

struct Submission {
    std::string header;  // the fields that are sent, each ended by CRLF, without the blank line
    Address author;      // the first address in From
    std::vector<Address> recipients =
        {};  // of To, Cc and Bcc, each once; of the first Resent- block where there is one
    std::optional<std::string> mail_type = {};   // what X-Mail-Type says
    std::vector<std::string_view> added = {};    // names of the fields that were missing
    std::vector<std::string_view> removed = {};  // names of the fields that were taken out
    bool needs_smtputf8 = false;  // the header has other than ASCII (RFC 6532), or an address has
};

// Bcc, Resent-Bcc, Return-Path and X-Mail-Type are taken out. Addresses without a domain get the local one.
// Date and Message-ID are added where they are missing, and From where it is known. Errors: usage: no From,
// several, one that cannot be read or has no address; several X-Mail-Type. A recipient field that cannot be
// read is an error only with `recipients` wanted.
enum class Recipients : bool { not_wanted, wanted };
base::Result<Submission> prepare_submission(const Header& header, const SubmissionOptions& options,
                                            Recipients recipients);

// "Tue, 24 Nov 2026 03:04:05 +0000" (RFC 5322 section 3.3).
std::string to_rfc5322_date(base::Time time);

}  // namespace mail
