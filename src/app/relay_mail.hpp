// Will mail of a domain that goes through a relay pass DMARC: what verify_domain() found, read with the
// relay's return path and signature.
#pragma once

#include <string>

#include "app/verify_domain.hpp"

namespace app {

// The envelope sender that receivers check SPF for: nullopt when it is not of the sender's choosing (managed,
// <>).
std::optional<std::string> envelope_sender(const relay::Relay& relay, const std::string& domain);

struct RelayMail {
    finding::Verdict verdict = finding::Verdict::unchecked;
    std::string reason;  // one line
    bool judged = true;  // false: it depends on a check that was not asked for; the verdict is unchecked
};

// Passes with an aligned DKIM signature, or with an aligned return path whose SPF evaluation passed (RFC 9989
// section 4.4). What `verification` has holds for the keys the relay signs with, and for envelope_sender()
// where there is one; what --only left out counts as not known. `keys` are the store's, see list_dkim_keys():
// no mail goes through a relay whose key has ended or is not there; one that is pending counts as it will be.
RelayMail judge_relay_mail(const relay::Relay& relay, const Verification& verification,
                           const std::vector<relay::DkimKey>& keys);

}  // namespace app
