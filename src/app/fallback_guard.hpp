// Before a fallback takes a message: would it fail DMARC there, and pass through the relay it stands in for?
#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "app/predict_fallback.hpp"
#include "app/send_attempt.hpp"

namespace app {

// Should this relay, which stands before the one taken, have had the message? One that is switched off is
// passed over on purpose, and another of the same domain takes its mail without a word; but what a fallback,
// or a relay for all domains, takes in its place goes another way than the domain was set up for.
bool is_first_choice(const relay::Candidate& candidate, const relay::Candidate& taken);
// The first such relay of the route; nullptr = none.
const relay::Candidate* find_first_choice(const std::vector<relay::Candidate>& route);

// For the messages of one run; what it was told holds for a minute.
class FallbackGuard {
  public:
    FallbackGuard(relay::Store& store, const base::Clock& clock) : store_(store), clock_(clock) {}

    // `sender`: in place of the relays' return paths. Always good where one of the relays allows unaligned
    // mail. Errors: the store's.
    net::Task<base::Result<FallbackForecast>> judge(dns::Resolver& resolver, relay::Relay first,
                                                    relay::Relay fallback, mail::Address author,
                                                    std::optional<ReversePath> sender);

  private:
    struct Told {
        FallbackForecast forecast;
        base::Time at;
    };
    relay::Store& store_;
    const base::Clock& clock_;
    std::map<std::tuple<relay::RelayId, relay::RelayId, std::string, std::string>, Told> told_;
};

}  // namespace app
