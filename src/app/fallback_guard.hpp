// Before a fallback takes a message: would it fail DMARC there, and pass through the relay it stands in for?
#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "app/predict_fallback.hpp"
#include "app/send_attempt.hpp"

namespace app {

// The relay of the route that should have taken the message: the first that serves it and is not switched
// off, or the first of all where only a fallback takes it. nullptr when that is the one taken.
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
