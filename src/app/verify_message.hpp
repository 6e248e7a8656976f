// Use case: the DKIM signatures of a message; with the client's address its SPF and DMARC too, as a receiver
// sees them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dkim/verify.hpp"
#include "dmarc/evaluate.hpp"
#include "relay/relay.hpp"
#include "spf/evaluate.hpp"

namespace app {

struct VerifyMessageRequest {
    std::vector<std::string> key_records = {};  // in place of the DNS
    std::optional<base::IpAddress> ip = {};     // of the client: asks for SPF and DMARC
    std::string helo = {};                      // empty = the domain of the sender
    std::optional<std::string> mail_from = {};  // nullopt = Return-Path of the message; empty = <>
    std::string authserv_id = {};               // empty = no Authentication-Results
    base::Time now = {};
};

struct MessageSpf {
    spf::Query query;
    spf::Evaluation evaluation;
};

struct MessageDmarc {
    std::string author_domain = {};  // of From, in A-labels; empty = none
    std::string fault = {};          // why there is nothing to evaluate, or empty
    std::optional<dmarc::Discovery> discovery = {};
    std::optional<dmarc::Evaluation> evaluation = {};

    std::string_view result() const;  // "pass", "fail", "none", "temperror", "permerror" (RFC 8601 2.7.1)
};

struct MessageVerification {
    dkim::MessageResult dkim;
    std::optional<MessageSpf> spf = {};       // with an address, and a sender or a HELO name
    std::optional<MessageDmarc> dmarc = {};   // with an address
    std::string authentication_results = {};  // the field, folded with "\n    "; empty = not asked for

    // DKIM's: one signature that passes is enough.
    finding::Verdict verdict() const { return dkim.verdict(); }
};

// `resolver` may be null where key records are given and no address.
net::Task<MessageVerification> verify_message(dns::Resolver* resolver, const dkim::SignedMessage& message,
                                              VerifyMessageRequest request);

// Of signatures by keys that the store has as ended: nobody is to publish their records again.
void explain_ended_keys(MessageVerification& verification, const std::vector<relay::DkimKey>& keys);

// The domain of From; nullopt = there is not one field with the addresses of one domain.
std::optional<base::DomainName> author_domain(const mail::Header& header);

// Would a signature of the domain be aligned with the From domain, where alignment is relaxed (RFC 9989
// section 4.4)? By the public suffix list, without the DNS.
bool shares_organization(const base::DomainName& signer, const base::DomainName& author);

}  // namespace app
