#include "relay/route.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_map>

namespace relay {

namespace {

struct Match {
    RouteRule rule;
    DomainPattern pattern;
};

RouteRule rule_of(const DomainPattern& pattern) {
    if (pattern.is_any()) return RouteRule::any;
    return pattern.is_below() ? RouteRule::subdomain : RouteRule::exact;
}

std::size_t length_of(const DomainPattern& pattern) {
    return pattern.name() ? pattern.name()->ascii().size() : 0;
}

// Of several domains of one relay the nearest counts.
std::optional<Match> find_match(const Relay& relay, const base::DomainName& domain) {
    std::optional<Match> best;
    for (const auto& pattern : relay.domains) {
        if (!pattern.covers(domain)) continue;
        const auto rule = rule_of(pattern);
        if (!best || rule < best->rule ||
            (rule == best->rule && length_of(pattern) > length_of(best->pattern)))
            best = Match{rule, pattern};
    }
    return best;
}

RouteStep state_of(const Relay& relay, const std::vector<RelayDay>& today, std::uint64_t recipients) {
    if (!relay.enabled) return RouteStep::disabled;
    if (!may_ever_carry(relay, recipients)) return RouteStep::too_many;
    const auto day = day_of(relay, today);
    if (!day.tripped.empty()) return RouteStep::tripped;
    return has_room(relay, day, recipients) ? RouteStep::spare : RouteStep::limit_reached;
}

Candidate judge(const Relay& relay, const base::DomainName& domain, MailType type) {
    Candidate candidate{.relay = relay.id};
    if (auto match = find_match(relay, domain)) {
        candidate.rule = match->rule;
        candidate.pattern = std::move(match->pattern);
        candidate.step = relay.mail_types.contains(type) ? RouteStep::spare : RouteStep::other_type;
    }
    if (candidate.step != RouteStep::spare && relay.fallback) {
        candidate.rule = RouteRule::fallback;
        candidate.pattern.reset();
        candidate.step = RouteStep::spare;
    }
    return candidate;
}

bool serves(const Candidate& candidate) {
    return candidate.step != RouteStep::other_type && candidate.step != RouteStep::other_domain;
}

struct Judged {
    const Relay* relay;
    Candidate candidate;
};

// A fallback relay that serves the domain too stands with those that serve it.
auto order_of(const Judged& judged) {
    const auto& candidate = judged.candidate;
    const auto length = candidate.pattern ? length_of(*candidate.pattern) : 0;
    return std::tuple(!serves(candidate), !candidate.rule, candidate.rule.value_or(RouteRule::fallback),
                      ~length, judged.relay->priority, std::string_view(judged.relay->name));
}

// Puts the relays that each falls back to behind it, those of these behind them. A relay stands where it
// comes first, so no loop goes on.
class Chains {
  public:
    Chains(std::vector<Judged>& judged, const std::vector<RelayDay>& today, std::uint64_t recipients)
        : judged_(judged), today_(today), recipients_(recipients) {
        for (std::size_t i = 0; i < judged_.size(); ++i)
            places_.emplace(judged_[i].relay->name, i);
        placed_.resize(judged_.size());
    }

    std::vector<Judged> place_all() {
        for (std::size_t i = 0; i < judged_.size(); ++i)
            place(i);
        return std::move(route_);
    }

  private:
    void place(std::size_t first) {
        std::vector<std::size_t> open = {first};  // the next to place is the last
        while (!open.empty()) {
            const auto at = open.back();
            open.pop_back();
            if (placed_[at]) continue;
            placed_[at] = true;
            const auto& judged = route_.emplace_back(judged_[at]);
            if (!serves(judged.candidate)) continue;
            const auto& names = judged.relay->fallback_to;
            for (auto name = names.rbegin(); name != names.rend(); ++name)
                if (const auto found = places_.find(*name);
                    found != places_.end() && !placed_[found->second]) {
                    stand_in(judged_[found->second], *judged.relay);
                    open.push_back(found->second);
                }
        }
    }

    void stand_in(Judged& judged, const Relay& whose) const {
        auto& candidate = judged.candidate;
        if (!serves(candidate)) candidate.step = state_of(*judged.relay, today_, recipients_);
        candidate.rule = RouteRule::chain;
        candidate.pattern.reset();
        candidate.stands_in_for = whose.id;
    }

    std::vector<Judged>& judged_;
    const std::vector<RelayDay>& today_;
    std::uint64_t recipients_;
    std::unordered_map<std::string_view, std::size_t> places_;
    std::vector<bool> placed_;
    std::vector<Judged> route_;
};

void take_first(std::vector<Candidate>& route) {
    const auto first = std::find_if(route.begin(), route.end(), [](const Candidate& candidate) {
        return candidate.step == RouteStep::spare;
    });
    if (first != route.end()) first->step = RouteStep::taken;
}

}  // namespace

std::string_view to_string(RouteRule rule) {
    switch (rule) {
        case RouteRule::exact:
            return "exact";
        case RouteRule::subdomain:
            return "subdomain";
        case RouteRule::any:
            return "any";
        case RouteRule::chain:
            return "chain";
        case RouteRule::fallback:
            return "fallback";
    }
    return "fallback";
}

std::string_view to_string(RouteStep step) {
    switch (step) {
        case RouteStep::taken:
            return "taken";
        case RouteStep::spare:
            return "spare";
        case RouteStep::limit_reached:
            return "limit_reached";
        case RouteStep::too_many:
            return "too_many";
        case RouteStep::unaligned:
            return "unaligned";
        case RouteStep::tripped:
            return "tripped";
        case RouteStep::disabled:
            return "disabled";
        case RouteStep::other_type:
            return "other_type";
        case RouteStep::other_domain:
            return "other_domain";
    }
    return "other_domain";
}

std::vector<Candidate> find_route(const base::DomainName& sender_domain, MailType type,
                                  const std::vector<Relay>& relays, const std::vector<RelayDay>& today,
                                  std::uint64_t recipients) {
    std::vector<Judged> judged;
    judged.reserve(relays.size());
    for (const auto& relay : relays) {
        judged.push_back({&relay, judge(relay, sender_domain, type)});
        auto& step = judged.back().candidate.step;
        if (step == RouteStep::spare) step = state_of(relay, today, recipients);
    }
    std::sort(judged.begin(), judged.end(),
              [](const Judged& a, const Judged& b) { return order_of(a) < order_of(b); });
    const bool has_chains = std::any_of(judged.begin(), judged.end(), [](const Judged& each) {
        return serves(each.candidate) && !each.relay->fallback_to.empty();
    });
    if (has_chains) judged = Chains(judged, today, recipients).place_all();
    std::vector<Candidate> route;
    route.reserve(judged.size());
    for (auto& each : judged)
        route.push_back(std::move(each.candidate));
    take_first(route);
    return route;
}

void pass_over(std::vector<Candidate>& route, RelayId relay, RouteStep why) {
    for (auto& candidate : route) {
        if (candidate.relay != relay || candidate.step != RouteStep::taken) continue;
        candidate.step = why;
        take_first(route);
        return;
    }
}

const Candidate* taken(const std::vector<Candidate>& route) {
    const auto found = std::find_if(route.begin(), route.end(), [](const Candidate& candidate) {
        return candidate.step == RouteStep::taken;
    });
    return found == route.end() ? nullptr : &*found;
}

}  // namespace relay
