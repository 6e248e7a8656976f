#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "base/text.hpp"
#include "relay/relay.hpp"

namespace relay {

std::vector<std::string> differing_fields(const Relay& a, const Relay& b) {
    std::vector<std::string> fields;
    const auto compare = [&](const char* field, bool equal) {
        if (!equal) fields.emplace_back(field);
    };
    compare("name", a.name == b.name);
    compare("host", a.host == b.host);
    compare("port", a.port == b.port);
    compare("security", a.security == b.security);
    compare("verify_certificate", a.verification == b.verification);
    compare("ca_file", a.ca_file == b.ca_file);
    compare("fingerprint", a.fingerprint == b.fingerprint);
    compare("domains", a.domains == b.domains);
    compare("mail_types", a.mail_types == b.mail_types);
    compare("daily_limit", a.daily_limit == b.daily_limit);
    compare("limit_unit", a.limit_unit == b.limit_unit);
    compare("over_limit", a.over_limit == b.over_limit);
    compare("priority", a.priority == b.priority);
    compare("dkim_selector", a.dkim_selector == b.dkim_selector);
    compare("return_path", a.return_path == b.return_path);
    compare("egress_ips", a.egress_ips == b.egress_ips);
    compare("login", a.login == b.login);
    compare("fallback", a.fallback == b.fallback);
    compare("fallback_to", a.fallback_to == b.fallback_to);
    compare("allow_unaligned_fallback", a.unaligned_fallback == b.unaligned_fallback);
    compare("enabled", a.enabled == b.enabled);
    compare("description", a.description == b.description);
    return fields;
}

bool has_domain(const Relay& relay, const base::DomainName& domain) {
    return std::any_of(relay.domains.begin(), relay.domains.end(),
                       [&](const DomainPattern& pattern) { return pattern.name() == domain; });
}

namespace {

base::Error claim_error(const Relay& relay, const Relay& other, const DomainPattern& domain, MailType type) {
    return {
        .kind = base::ErrorKind::conflict,
        .message = fmt::format("relays {} and {} both claim ({}, {}) with priority {}", relay.name,
                               other.name, domain.to_string(), to_string(type), relay.priority),
        .hint = fmt::format("give one of them another --priority (lower first), or other domains or types")};
}

base::Result<void> check_claims(const Relay& relay, const Relay& other) {
    if (relay.priority != other.priority) return {};
    for (const auto& domain : relay.domains)
        for (const auto type : relay.mail_types)
            if (other.domains.contains(domain) && other.mail_types.contains(type))
                return claim_error(relay, other, domain, type);
    return {};
}

const Relay* find_by_name(const std::vector<Relay>& relays, std::string_view name) {
    const auto found =
        std::find_if(relays.begin(), relays.end(), [&](const Relay& relay) { return relay.name == name; });
    return found == relays.end() ? nullptr : &*found;
}

base::Result<void> check_fallbacks_exist(const Relay& relay, const std::vector<Relay>& others) {
    if (relay.fallback && !relay.fallback_to.empty())
        return base::usage_error(
            fmt::format("relay {} is the fallback relay, behind which no other comes", relay.name),
            "leave --fallback-to away, or give it to the relays before");
    if (relay.fallback_to.size() > most_fallbacks)
        return base::usage_error(fmt::format("relay {} falls back to {} relays, at most {}", relay.name,
                                             relay.fallback_to.size(), most_fallbacks));
    for (const auto& name : relay.fallback_to) {
        if (name == relay.name)
            return base::usage_error(fmt::format("relay {} cannot fall back to itself", relay.name));
        if (find_by_name(others, name) != nullptr) continue;
        std::vector<std::string> names;
        for (const auto& other : others)
            names.push_back(other.name);
        const auto nearest = base::nearest(name, names);
        return base::Error{.kind = base::ErrorKind::not_found,
                           .message = fmt::format("there is no relay {} to fall back to", base::quoted(name)),
                           .hint = nearest ? fmt::format("did you mean {}?", *nearest) : "relayctl list"};
    }
    return {};
}

// Goes through what can be reached from the relay, each once; `before` tells from where.
base::Result<void> check_loop(const Relay& relay, const std::vector<Relay>& others) {
    std::map<std::string, std::string> before;
    std::vector<const Relay*> open = {&relay};
    while (!open.empty()) {
        const Relay& here = *open.back();
        open.pop_back();
        for (const auto& name : here.fallback_to) {
            if (name == relay.name) {
                std::string way = relay.name;
                for (auto at = here.name; at != relay.name; at = before.at(at))
                    way.insert(0, at + " -> ");
                return base::Error{
                    .kind = base::ErrorKind::conflict,
                    .message = fmt::format("mail would go round in a loop: {} -> {}", relay.name, way),
                    .hint = fmt::format("relayctl edit {} --fallback-to none", here.name)};
            }
            const auto* next = find_by_name(others, name);
            if (next != nullptr && before.emplace(name, here.name).second) open.push_back(next);
        }
    }
    return {};
}

}  // namespace

base::Result<void> check_rules(const Relay& relay, const std::vector<Relay>& others) {
    if (!relay.fallback && relay.domains.empty())
        return base::usage_error("relay " + relay.name + " serves no domain",
                                 "give --domain example.com, --domain '*', or --fallback");
    if (!relay.domains.empty() && relay.mail_types.empty())
        return base::usage_error("relay " + relay.name + " serves no mail type",
                                 "give --type individual, mass or workflow");
    for (const auto& other : others) {
        if (other.name == relay.name) continue;
        if (relay.fallback && other.fallback)
            return base::Error{
                .kind = base::ErrorKind::conflict,
                .message = fmt::format("relay {} is the fallback relay already", other.name),
                .hint = other.domains.empty()
                            ? fmt::format("relayctl edit {} --no-fallback --domain DOMAIN", other.name)
                            : fmt::format("relayctl edit {} --no-fallback", other.name)};
        TRY_VOID(check_claims(relay, other));
    }
    return {};
}

base::Result<void> check_fallbacks(const Relay& relay, const std::vector<Relay>& others) {
    if (relay.fallback_to.empty()) return {};
    TRY_VOID(check_fallbacks_exist(relay, others));
    return check_loop(relay, others);
}

base::Result<void> check_all_rules(const std::vector<Relay>& relays) {
    // What two relays cannot both be, each with its first owner: a comparison of all pairs would be slow.
    std::map<std::tuple<DomainPattern, MailType, std::uint16_t>, const Relay*> claims;
    const Relay* fallback = nullptr;
    for (const auto& relay : relays) {
        std::vector<Relay> rivals;
        if (relay.fallback && fallback != nullptr) rivals.push_back(*fallback);
        if (relay.fallback) fallback = &relay;
        for (const auto& domain : relay.domains)
            for (const auto type : relay.mail_types) {
                const auto [owner, is_new] = claims.try_emplace({domain, type, relay.priority}, &relay);
                if (!is_new) rivals.push_back(*owner->second);
            }
        TRY_VOID(check_rules(relay, rivals));
        TRY_VOID(check_fallbacks(relay, relays));
    }
    return {};
}

}  // namespace relay
