#include "dane/host_lookup.hpp"

namespace dane {

namespace {

// _25._tcp.<base>; nullopt where that is too long.
std::optional<dns::Name> tlsa_name(const dns::Name& base, std::uint16_t number) {
    const auto protocol = base.child("_tcp");
    if (protocol.has_error()) return std::nullopt;
    const auto port = protocol->child("_" + std::to_string(number));
    return port.has_error() ? std::nullopt : std::optional(*port);
}

// The family that says more: addresses before a failure before nothing.
dns::Answer merge(dns::Answer a, dns::Answer aaaa) {
    const bool both = a.status == dns::Status::found && aaaa.status == dns::Status::found;
    if (both) {
        a.authentic = a.authentic && aaaa.authentic;
        a.records.append(aaaa.records);
        return a;
    }
    if (aaaa.status == dns::Status::found) return aaaa;
    return dns::is_missing(a.status) && !dns::is_missing(aaaa.status) ? aaaa : a;
}

}  // namespace

net::Task<HostLookup> look_up_host(dns::Resolver& resolver, dns::Name name, bool trust_ad,
                                   std::uint16_t port) {
    HostLookup lookup;
    lookup.name = name;
    const dns::Question a{name, dns::Type::a};
    dns::Answer first = co_await resolver.query(a);
    const dns::Question aaaa{name, dns::Type::aaaa};
    dns::Answer second = co_await resolver.query(aaaa);
    lookup.addresses = merge(std::move(first), std::move(second));
    lookup.aliases = lookup.addresses.aliases;
    if (!lookup.has_address()) co_return lookup;
    const bool chain_secure = trust_ad && lookup.addresses.authentic;
    if (trust_ad) lookup.secure = chain_secure;
    if (trust_ad && !chain_secure && !lookup.aliases.empty()) {
        const dns::Question link{name, dns::Type::cname};
        const dns::Answer answer = co_await resolver.query(link);
        lookup.secure = answer.status == dns::Status::found && answer.authentic;
    }
    std::vector<dns::Name> bases;
    // Only a first link that is secure, before one that is not, leaves the end of the chain out.
    const bool only_name = lookup.secure == true && !chain_secure;
    if (!lookup.aliases.empty() && !only_name) bases.push_back(lookup.aliases.back());
    bases.push_back(name);
    for (const auto& base : bases) {
        const auto wanted = tlsa_name(base, port);
        if (!wanted) continue;
        lookup.asked.push_back(*wanted);
        const dns::Question question{*wanted, dns::Type::tlsa};
        dns::Answer answer = co_await resolver.query(question);
        const bool missing = dns::is_missing(answer.status);
        if (lookup.chosen && missing && lookup.tlsa.status == dns::Status::found) break;
        lookup.chosen = *wanted;
        lookup.tlsa = std::move(answer);
        // A failure decides too: the sender must not go on as if there were nothing.
        const bool insecure = trust_ad && lookup.tlsa.status == dns::Status::found && !lookup.tlsa.authentic;
        if (!missing && !insecure) break;
    }
    if (lookup.asked.empty()) lookup.tlsa.status = dns::Status::nxdomain;
    co_return lookup;
}

}  // namespace dane
