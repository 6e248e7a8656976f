#include "cli/commands/fallback_review.hpp"

#include <algorithm>
#include <memory>
#include <set>

#include <fmt/format.h>

#include "app/predict_fallback.hpp"
#include "net/run.hpp"

namespace cli {

namespace {

// Nobody is to wait for a DNS that does not answer, when it is not what was asked for.
constexpr std::chrono::milliseconds timeout{2000};

constexpr std::chrono::seconds whole_time{10};  // of an apply
constexpr std::size_t most_told = 5;            // of what is not known, a line each

base::Result<void> judge(Console& console, const app::FallbackReview& review, std::string_view allowed_by) {
    for (const auto& each : review.unaligned)
        return base::Error{
            .kind = base::ErrorKind::conflict,
            .message =
                fmt::format("mail from {} passes DMARC through {} and would fail through its fallback {}: {}",
                            each.domain.ascii(), each.first, each.fallback, each.reason),
            .hint = fmt::format("relayctl predict {} --from {} tells what to change; or give {}",
                                each.fallback, each.domain.ascii(), allowed_by)};
    std::size_t untold = review.left_out;
    for (std::size_t i = 0; i < review.unnamed.size(); ++i) {
        const auto& [first, fallback] = review.unnamed[i];
        if (i >= most_told)
            ++untold;
        else
            console.notice(
                fmt::format("warning: relay {} names no whole domain: whether its mail passes DMARC "
                            "through {} is seen when a message is sent",
                            first, fallback));
    }
    for (std::size_t i = 0; i < review.unknown.size(); ++i) {
        const auto& each = review.unknown[i];
        if (i >= most_told) {
            ++untold;
            continue;
        }
        console.notice(
            fmt::format("warning: it is not known whether mail from {} passes DMARC through {}{}: {}",
                        each.domain.ascii(), each.fallback.empty() ? each.first : each.fallback,
                        each.fallback.empty() ? ", and its fallbacks were not checked" : "", each.reason));
    }
    if (untold != 0)
        console.notice(
            fmt::format("warning: {} more pairs of a domain and a fallback were not checked", untold));
    return {};
}

}  // namespace

app::ReviewRelay fallback_review(Context& context, const Arguments& arguments, relay::Store& store,
                                 std::string_view allowed_by) {
    std::shared_ptr<dns::Resolver> resolver;
    return [&context, &arguments, &store, allowed_by, resolver](
               const relay::Relay& relay,
               const std::vector<relay::Relay>& relays) mutable -> base::Result<void> {
        if (resolver == nullptr) {
            TRY(auto options, context.resolver_options(arguments));
            if (!arguments.value("--dns-timeout")) options.timeout = timeout;
            resolver = context.make_resolver(std::move(options));
        }
        TRY(auto from,
            mail::Address::parse("postmaster@example.com"));  // each domain in turn takes its place
        TRY(auto request, app::make_predict_request(store, context.clock().now(), relay, std::move(from)));
        TRY(const auto review, net::run(app::review_fallbacks(*resolver, std::move(request), relay, relays)));
        return judge(context.console(), review, allowed_by);
    };
}

app::ReviewRelay fallback_review(Context& context, const Arguments& arguments, relay::Store& store) {
    constexpr std::string_view option = "--allow-unaligned-fallback";
    if (arguments.flag(option)) return {};
    return fallback_review(context, arguments, store, option);
}

base::Result<void> review_fallbacks(Context& context, const Arguments& arguments, relay::Store& store,
                                    const app::Applied& meant) {
    if (std::none_of(meant.relays.begin(), meant.relays.end(),
                     [](const relay::Relay& relay) { return relay.fallback || !relay.fallback_to.empty(); }))
        return {};
    const auto review =
        fallback_review(context, arguments, store, "the relay allow_unaligned_fallback in the file");
    const auto end = std::chrono::steady_clock::now() + whole_time;
    std::size_t left = meant.to_review.size();
    const std::set<std::string_view> names(meant.to_review.begin(), meant.to_review.end());
    for (const auto& relay : meant.relays) {
        if (!names.contains(relay.name)) continue;
        if (std::chrono::steady_clock::now() >= end) {
            context.console().notice(
                fmt::format("warning: {} more relays were not checked with their fallbacks: {} s are over",
                            left, whole_time.count()));
            return {};
        }
        TRY_VOID(review(relay, meant.relays));
        --left;
    }
    return {};
}

}  // namespace cli
