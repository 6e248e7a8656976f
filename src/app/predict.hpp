// Use case: will mail of a sender that goes through a relay authenticate at its receiver, why, and what makes
// it. Gathers the facts of prediction.hpp from the relay, the store and the DNS.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/predict_remedy.hpp"
#include "app/prediction.hpp"
#include "base/clock.hpp"
#include "finding/finding.hpp"
#include "mail/address.hpp"
#include "relay/relay.hpp"

namespace app {

struct PredictRequest {
    relay::Relay relay;
    mail::Address from;  // the From header's
    relay::MailType type = relay::MailType::individual;
    std::set<base::IpAddress> egress_ips = {};  // empty = the relay's own setting, else its addresses
    std::string helo = {};                      // that the relay gives; empty = not known
    std::optional<mail::Address> managed = {};  // the platform's bounce address
    std::vector<relay::DkimKey> keys = {};      // the store's
    Body body = Body::kept;
    bool matrix = false;  // all the return paths, not the relay's own only
    base::Time now = {};
};

enum class EgressSource {
    given,   // with the request
    stored,  // with the relay
    relay,   // the addresses its host resolves to; mail may leave from others
    none,    // not known: the host has none, or the DNS did not answer
};
std::string_view to_string(EgressSource source);

struct Forecast {
    PredictRequest request;
    std::vector<base::IpAddress> egress_ips = {};
    EgressSource egress_source = EgressSource::none;
    std::string egress_failure = {};  // why the relay's host could not be looked up
    dmarc::Discovery discovery = {};
    MailFacts facts = {};
    Prediction prediction = {};
    std::vector<Prediction> matrix =
        {};  // each return path, first unsigned, then signed; empty unless asked for
    std::optional<Remedy> remedy = {};        // when DMARC would fail and a way out is known
    bool remedy_sought = false;               // so that, without a remedy, no single change helps
    std::optional<base::Error> refusal = {};  // why send lets nothing through, see signing_refusal()
    std::vector<finding::Finding> findings = {};

    // What does not go out is not authenticated either.
    finding::Verdict verdict() const { return refusal ? finding::Verdict::bad : prediction.verdict; }
    const std::string& reason() const { return refusal ? refusal->message : prediction.reason; }
};

// Never fails: what could not be asked is a result.
net::Task<Forecast> predict(dns::Resolver& resolver, PredictRequest request);

// The return path of a relay, seen from a From domain.
PathKind path_kind(const relay::ReturnPath& return_path, const base::DomainName& author);

}  // namespace app
