// Which relay takes a message: the candidates in the order in which they are tried, each taken or passed over
// and why. Pure; route and send ask the same function.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/domain_name.hpp"
#include "relay/relay.hpp"
#include "relay/relay_day.hpp"

namespace relay {

// By what a relay serves the sender domain, the nearest first.
enum class RouteRule : std::uint8_t {
    exact,      // its domains name the sender domain
    subdomain,  // "*.example.com": the sender domain is below; the longest such name goes first
    any,        // "*"
    chain,      // a relay before it names it as its fallback
    fallback,   // the store's relay of last resort, for every domain and mail type
};
std::string_view to_string(RouteRule rule);  // "exact", "subdomain", "any", "chain", "fallback"

enum class RouteStep : std::uint8_t {
    taken,
    spare,          // would take it if the ones before did not
    limit_reached,  // its daily limit, or the relay said so itself
    too_many,       // more recipients than it may carry in a whole day
    unaligned,      // would fail DMARC where the relay before passes: see app::ReservationWish
    tripped,        // out of use for the rest of the day after failures
    disabled,       // switched off
    other_type,     // serves the domain, not the mail type
    other_domain    // serves neither
};
std::string_view to_string(RouteStep step);  // "taken", "spare", "limit_reached", ...

struct Candidate {
    RelayId relay = 0;
    RouteStep step = RouteStep::other_domain;
    std::optional<RouteRule> rule = {};  // nullopt with other_domain
    std::optional<DomainPattern> pattern =
        {};  // the domain of the relay that matched, with the first three rules
    std::optional<RelayId> stands_in_for = {};  // whose fallback it is, with rule chain
    bool operator==(const Candidate&) const = default;
};

// Every relay once. First those that serve the domain and type, by rule, priority (lower first) and name,
// behind each the relays that it falls back to, and what those fall back to; then the fallback relay; behind
// them, in the same order, those that do not serve it. The first that can is taken.
// `today` holds the day of each relay that has one; `recipients` are those of the message.
std::vector<Candidate> find_route(const base::DomainName& sender_domain, MailType type,
                                  const std::vector<Relay>& relays, const std::vector<RelayDay>& today,
                                  std::uint64_t recipients);

// Takes it from the relay that was taken, for that reason, and gives it to the next that can.
void pass_over(std::vector<Candidate>& route, RelayId relay, RouteStep why);

// The one that is taken; nullptr = none.
const Candidate* taken(const std::vector<Candidate>& route);

}  // namespace relay
