// Verifying the DKIM signatures of a message (RFC 6376 section 6.1): each gets an outcome of its own.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dkim/lookup.hpp"
#include "dkim/signed_message.hpp"

namespace dkim {

struct BodyCheck {
    BodyHash computed;
    bool matches = false;  // bh=
};

struct SignatureResult {
    std::size_t number = 1;  // from the top of the message
    Signature signature;
    Outcome outcome = Outcome::permerror;
    std::string reason;                       // one line, not escaped; "the signature holds"
    std::optional<BodyCheck> body = {};       // nullopt: not computed, the field is broken
    std::optional<bool> header_matches = {};  // whether b= holds for header and key; nullopt: there is no key
    std::vector<std::string> clues = {};      // what seems to have been changed, one line each, not escaped
    std::string key_name = {};                // where the key is, or "--key-record"
    std::string key_text = {};                // "rsa 2048", empty: none
    bool key_is_testing = false;              // t=y
    std::vector<finding::Finding> findings = {};  // of the field, its key, and what was computed
};

struct MessageResult {
    std::vector<SignatureResult> signatures = {};  // from the top, as many as were looked at
    std::size_t total_signatures = 0;
    std::vector<finding::Finding> findings = {};  // about the message as a whole

    // One signature that passes is enough; else a temporary error leaves it open.
    finding::Verdict verdict() const;
};

// `lookup` may be null where signature.is_computable() is false. Pure, and a function of its arguments alone.
SignatureResult evaluate_signature(const SignedMessage& message, std::size_t index, const KeyLookup* lookup);

// The key of each signature is looked up once, several at a time. With `key_records` the DNS is not asked:
// these are the keys. Never fails: a failure of the DNS is an outcome.
net::Task<MessageResult> verify_message(dns::Resolver* resolver, const SignedMessage& message,
                                        std::vector<std::string> key_records);

}  // namespace dkim
