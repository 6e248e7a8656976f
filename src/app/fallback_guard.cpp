#include "app/fallback_guard.hpp"

namespace app {

namespace {

constexpr auto kept_for = std::chrono::seconds(60);
constexpr std::size_t most_kept = 1000;

void take_sender(relay::Relay& relay, const std::optional<ReversePath>& sender) {
    if (!sender) return;
    if (*sender)
        relay.return_path = **sender;
    else
        relay.return_path = relay::NullReturnPath{};
}

// What of the sender decides: SPF macros can ask for the local part too.
std::string key_of(const std::optional<ReversePath>& sender, const mail::Address& author) {
    if (!sender) return author.to_string();
    return *sender ? (*sender)->to_string() : "<>";
}

}  // namespace

bool is_first_choice(const relay::Candidate& candidate, const relay::Candidate& taken) {
    using relay::RouteRule;
    if (candidate.step != relay::RouteStep::disabled) return true;
    if (taken.rule == RouteRule::fallback || taken.rule == RouteRule::chain) return true;
    return taken.rule == RouteRule::any && candidate.rule != RouteRule::any;
}

const relay::Candidate* find_first_choice(const std::vector<relay::Candidate>& route) {
    const auto* taken = relay::taken(route);
    if (taken == nullptr) return nullptr;
    for (const auto& candidate : route) {
        if (&candidate == taken) break;
        if (is_first_choice(candidate, *taken)) return &candidate;
    }
    return nullptr;
}

net::Task<base::Result<FallbackForecast>> FallbackGuard::judge(dns::Resolver& resolver, relay::Relay first,
                                                               relay::Relay fallback, mail::Address author,
                                                               std::optional<ReversePath> sender) {
    if (first.unaligned_fallback || fallback.unaligned_fallback) co_return FallbackForecast();
    const auto now = clock_.now();
    const std::tuple key(first.id, fallback.id, author.domain().ascii(), key_of(sender, author));
    const auto found = told_.find(key);
    if (found != told_.end() && now - found->second.at < kept_for) co_return found->second.forecast;
    take_sender(first, sender);
    take_sender(fallback, sender);
    CO_TRY(auto request, make_predict_request(store_, now, std::move(first), std::move(author)));
    const auto forecast = co_await forecast_fallback(resolver, std::move(request), std::move(fallback));
    if (told_.size() >= most_kept) told_.clear();
    Told told{.forecast = forecast, .at = now};
    told_.insert_or_assign(key, std::move(told));
    co_return forecast;
}

}  // namespace app
