// A fallback has a row of its own: mail that authenticates through the first relay can fail through it.
#pragma once

#include <string>
#include <vector>

#include "app/predict.hpp"
#include "relay/store.hpp"

namespace app {

// What predict() is asked for mail of `from` through `relay`: the store's keys and its bounce address.
// Errors: the store's.
base::Result<PredictRequest> make_predict_request(relay::Store& store, base::Time now, relay::Relay relay,
                                                  mail::Address from);

struct FallbackForecast {
    // bad: the mail passes DMARC through the first relay and fails through the fallback. unchecked: one of
    // the two is not known, or fails only if the relay sends from the addresses of its host. good: all else.
    finding::Verdict verdict = finding::Verdict::good;
    std::string reason = {};     // one line
    bool first_is_known = true;  // false: unchecked, because what it does at the first relay is not known
};
// The relay of `request` is the first; of the fallback its own addresses count, not those of the request.
net::Task<FallbackForecast> forecast_fallback(dns::Resolver& resolver, PredictRequest request,
                                              relay::Relay fallback);

// A finding for each enabled fallback of the forecast's relay through which the same mail fails, when the
// forecast is good.
net::Task<std::vector<finding::Finding>> check_fallbacks(dns::Resolver& resolver, const Forecast& forecast,
                                                         const std::vector<relay::Relay>& relays);

// What the relations of a relay to its fallbacks, and to those whose fallback it is, make of the mail of the
// domains they name.
struct FallbackReview {
    struct Case {
        std::string first, fallback;  // names of relays; no fallback: not even `first` is known
        base::DomainName domain;
        std::string reason;
    };
    std::vector<Case> unaligned = {};  // the first such case, or none: no more are looked for then
    std::vector<Case> unknown = {};    // what could not be told
    std::size_t left_out = 0;          // cases beyond the bound
    struct Pair {
        std::string first, fallback;
    };
    // Relays that serve domains and name no whole one, as "*": what they carry is known when it is sent.
    std::vector<Pair> unnamed = {};
};
inline constexpr std::size_t most_fallback_cases = 50;
// Relays that may send unaligned mail are passed over. `request` tells
// all but the relay and the sender; `relays` are all of the store, `relay` as it is to be among them.
net::Task<FallbackReview> review_fallbacks(dns::Resolver& resolver, PredictRequest request,
                                           relay::Relay relay, std::vector<relay::Relay> relays);

}  // namespace app
