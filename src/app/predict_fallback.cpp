#include "app/predict_fallback.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/dkim_keys.hpp"
#include "app/settings.hpp"
#include "relay/fallbacks.hpp"

namespace app {

using finding::Verdict;

namespace {

PredictRequest through(PredictRequest request, relay::Relay fallback) {
    request.relay = std::move(fallback);
    request.egress_ips.clear();
    request.helo.clear();
    request.body = Body::kept;
    request.matrix = false;
    return request;
}

// What a prediction is worth where mail is held back for it: addresses that are only assumed to be those the
// relay sends from show that SPF passes, if it does, but not that it fails; and without a DMARC record
// nothing fails DMARC.
struct Judgement {
    Verdict verdict;
    std::string reason;
};

Judgement judge(const Forecast& forecast) {
    const auto& prediction = forecast.prediction;
    if (prediction.verdict != Verdict::bad) return {prediction.verdict, prediction.reason};
    if (prediction.dmarc == dmarc::EvaluationResult::none) return {Verdict::good, "there is no DMARC record"};
    const bool assumed =
        forecast.egress_source == EgressSource::relay && prediction.spf.aligned != dmarc::Aligned::no;
    if (!assumed) return {Verdict::bad, prediction.reason};
    return {
        Verdict::unchecked,
        fmt::format("the addresses that {0} sends from are not stored: relayctl edit {0} --egress-ip ADDRESS",
                    forecast.request.relay.name)};
}

struct Case {
    relay::Relay first, fallback;
    mail::Address from;
};

bool names_whole_domain(const relay::Relay& relay) {
    return std::any_of(relay.domains.begin(), relay.domains.end(),
                       [](const auto& pattern) { return pattern.name().has_value() && !pattern.is_below(); });
}

std::vector<Case> cases_of(const relay::Relay& relay, const std::vector<relay::Relay>& relays,
                           FallbackReview& review) {
    std::vector<Case> cases;
    for (const auto& pair : relay::stand_ins_of(relay, relays)) {
        if (pair.first->unaligned_fallback || pair.fallback->unaligned_fallback) continue;
        if (!pair.first->domains.empty() && !names_whole_domain(*pair.first))
            review.unnamed.push_back({pair.first->name, pair.fallback->name});
        for (const auto& pattern : pair.first->domains) {
            if (!pattern.name() || pattern.is_below()) continue;
            auto from = mail::Address::parse("postmaster@" + pattern.name()->ascii());
            if (from.has_value()) cases.push_back({*pair.first, *pair.fallback, std::move(*from)});
        }
    }
    return cases;
}

}  // namespace

base::Result<PredictRequest> make_predict_request(relay::Store& store, base::Time now, relay::Relay relay,
                                                  mail::Address from) {
    PredictRequest request{.relay = std::move(relay), .from = std::move(from)};
    TRY(const auto managed, find_setting_value(store, relay::managed_return_path));
    if (managed) {
        TRY(request.managed, mail::Address::parse(*managed));
    }
    TRY(request.keys, list_dkim_keys(store, std::nullopt, now));
    request.now = now;
    return request;
}

net::Task<FallbackForecast> forecast_fallback(dns::Resolver& resolver, PredictRequest request,
                                              relay::Relay fallback) {
    FallbackForecast result;
    auto other = through(request, std::move(fallback));
    const auto first = co_await predict(resolver, std::move(request));
    const auto before = judge(first);
    if (before.verdict == Verdict::bad) co_return result;
    if (before.verdict == Verdict::unchecked) {
        result.verdict = Verdict::unchecked;
        result.reason = before.reason;
        result.first_is_known = false;
        co_return result;
    }
    const auto second = co_await predict(resolver, std::move(other));
    auto behind = judge(second);
    result.verdict = behind.verdict;
    result.reason = std::move(behind.reason);
    co_return result;
}

net::Task<std::vector<finding::Finding>> check_fallbacks(dns::Resolver& resolver, const Forecast& forecast,
                                                         const std::vector<relay::Relay>& relays) {
    std::vector<finding::Finding> findings;
    const auto& request = forecast.request;
    if (forecast.prediction.verdict != Verdict::good) co_return findings;
    for (const auto* fallback : relay::fallbacks_of(request.relay, relays)) {
        if (!fallback->enabled) continue;
        auto other_request = through(request, *fallback);
        const auto other = co_await predict(resolver, std::move(other_request));
        if (judge(other).verdict != Verdict::bad) continue;
        findings.push_back(finding::make(
            "predict-fallback-fails", fallback->name,
            fmt::format("mail that {} does not take goes through {}, and fails DMARC there: {}",
                        request.relay.name, fallback->name, other.prediction.reason),
            fmt::format("relayctl predict {} --from {}", fallback->name, request.from.to_string())));
    }
    co_return findings;
}

net::Task<FallbackReview> review_fallbacks(dns::Resolver& resolver, PredictRequest request,
                                           relay::Relay relay, std::vector<relay::Relay> relays) {
    FallbackReview review;
    auto cases = cases_of(relay, relays, review);
    if (cases.size() > most_fallback_cases) {
        review.left_out = cases.size() - most_fallback_cases;
        cases.erase(cases.begin() + static_cast<std::ptrdiff_t>(most_fallback_cases), cases.end());
    }
    // Of a first relay that is not known nothing can be told, whichever the fallback.
    const auto is_told = [&](const Case& each) {
        return std::any_of(review.unknown.begin(), review.unknown.end(), [&](const auto& told) {
            return told.fallback.empty() && told.first == each.first.name &&
                   told.domain == each.from.domain();
        });
    };
    for (auto& each : cases) {
        if (is_told(each)) continue;
        auto asked = request;
        asked.relay = each.first;
        asked.from = each.from;
        const auto forecast = co_await forecast_fallback(resolver, std::move(asked), each.fallback);
        if (forecast.verdict == Verdict::good) continue;
        FallbackReview::Case told{each.first.name, forecast.first_is_known ? each.fallback.name : "",
                                  each.from.domain(), forecast.reason};
        if (forecast.verdict == Verdict::bad) {
            review.unaligned.push_back(std::move(told));
            co_return review;
        }
        review.unknown.push_back(std::move(told));
    }
    co_return review;
}

}  // namespace app
