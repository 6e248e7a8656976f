#include "app/predict_fallback.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace app {

net::Task<std::optional<finding::Finding>> check_fallback(dns::Resolver& resolver, const Forecast& forecast,
                                                          const std::vector<relay::Relay>& relays) {
    std::optional<finding::Finding> nothing;
    const auto fallback = std::find_if(relays.begin(), relays.end(), [](const relay::Relay& relay) {
        return relay.fallback && relay.enabled;
    });
    const auto& first = forecast.request.relay;
    if (forecast.prediction.verdict != finding::Verdict::good || fallback == relays.end() ||
        fallback->id == first.id)
        co_return nothing;
    PredictRequest request = forecast.request;
    request.relay = *fallback;
    request.egress_ips.clear();
    request.helo.clear();
    request.body = Body::kept;
    request.matrix = false;
    const auto other = co_await predict(resolver, request);
    if (other.prediction.verdict != finding::Verdict::bad) co_return nothing;
    co_return finding::make(
        "predict-fallback-fails", fallback->name,
        fmt::format("mail that {} does not take goes through {}, and fails DMARC there: {}", first.name,
                    fallback->name, other.prediction.reason),
        fmt::format("relayctl predict {} --from {}", fallback->name, request.from.to_string()));
}

}  // namespace app
