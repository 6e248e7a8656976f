// The cheapest change that makes the mail of a relay pass DMARC.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/prediction.hpp"
#include "base/clock.hpp"
#include "dns/resolver.hpp"
#include "relay/relay.hpp"
#include "spf/lint.hpp"

namespace app {

// A TXT record to publish.
struct RecordChange {
    std::string name;           // "s202611._domainkey.example.com"
    std::string value = {};     // the whole record; empty = a command prints it once the key is made
    std::string replaces = {};  // the record it takes the place of; empty = none
    std::vector<std::string> flattened = {};  // SPF: includes written out to stay within ten look-ups
    std::optional<unsigned> lookups = {};     // SPF: in the worst case
};

struct Remedy {
    std::string summary;  // one line
    // relayctl command lines, in this order; those that sign, see begins_signing(), come after the records.
    std::vector<std::string> commands = {};
    std::vector<RecordChange> records = {};
    Prediction after;
};

// Is it to be typed once the records can be seen: dkim activate, edit?
bool begins_signing(std::string_view command);

struct RemedyRequest {
    const relay::Relay* relay = nullptr;
    base::DomainName author;
    const std::vector<relay::DkimKey>* keys = nullptr;  // the store's
    bool refused = false;   // send lets nothing through as it is: the key has to be made good
    std::string helo = {};  // for SPF macros
    base::Time now = {};
};

// The first of the changes that gives a pass: a command on this machine before a DNS record before both, and
// signing before the return path. Each is tried with predict_mail() on the facts as they would be; an SPF
// record is linted and evaluated for every address as if it were published.
net::Task<std::optional<Remedy>> find_remedy(dns::Resolver& resolver, const RemedyRequest& request,
                                             const MailFacts& facts, const Scenario& scenario);

// SPF of one MAIL FROM, or of a HELO name (empty sender), for addresses.
net::Task<std::vector<EgressResult>> evaluate_spf(dns::Resolver& resolver, std::string sender,
                                                  std::string helo, std::vector<base::IpAddress> addresses,
                                                  base::Time now);

}  // namespace app
