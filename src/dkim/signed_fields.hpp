// Which header fields a signature of ours covers (RFC 6376 section 5.4), and which messages it refuses to
// sign.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "mail/header.hpp"

namespace dkim {

// The names for h=, in the order in which they are signed: From first; every field that says what a reader
// sees, who answers go to, how the body is read and how one unsubscribes (sections 5.4.1, RFC 8058 section
// 4), as often as it is there. From, To, Cc, Subject, Date, Message-ID, Reply-To and those of MIME once more,
// so that nobody can add another (section 8.15). Error: usage, when it would be more than 500 names.
base::Result<std::vector<std::string>> fields_to_sign(const mail::Header& header);

// Error: usage, when the message has no From or several (RFC 5322 section 3.6): what a reader sees and what
// is signed could be two senders.
base::Result<void> check_signable(const mail::Header& header);

}  // namespace dkim
