// Do all authoritative servers of a zone serve a key record? A resolver's cache cannot tell: it may hold the
// old answer, or ask the one server that has the new one already.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/dkim_sight.hpp"
#include "dns/resolver.hpp"

namespace app {

// One address of one authoritative server.
struct ZoneServer {
    std::string name;  // as in the NS record, or the address where it was given
    net::Endpoint endpoint;
};

struct ServerView {
    ZoneServer server;
    KeySight sight = {};
    bool unreachable = false;       // the network has no way there: of an address, not of the server
    std::uint32_t ttl_seconds = 0;  // of what is there: how long caches keep it
};

struct ZoneView {
    std::string zone;   // without the trailing dot
    std::string owner;  // at the end of the CNAME chain
    std::vector<ServerView> servers = {};

    // The worst: missing or other, else unknown, also without any server; else visible. An address that
    // cannot be reached from here does not count while another one of the same server answers.
    Visibility verdict() const;
    bool is_beside_the_point(const ServerView& one) const;
};

std::vector<ZoneServer> as_servers(const std::vector<net::Endpoint>& endpoints);

// Makes a resolver that asks this one server only.
using AskServer = std::function<std::unique_ptr<dns::Resolver>(const net::Endpoint&)>;

struct ZoneCut {
    dns::Name zone;
    dns::Name owner;  // where the CNAME chain from the name asked about ends
};

// The zone a name is in, by SOA questions from the name upwards. Errors: unavailable (no answer), not_found.
net::Task<base::Result<ZoneCut>> find_zone(dns::Resolver& resolver, dns::Name owner);

// The zone that `near` is in, by SOA questions from there upwards. Errors as above.
net::Task<base::Result<dns::Name>> find_apex(dns::Resolver& resolver, dns::Name near);

// The addresses of the zone's NS records, at most 32. Errors: unavailable.
net::Task<base::Result<std::vector<ZoneServer>>> find_zone_servers(dns::Resolver& resolver, dns::Name zone);

// Asks every authoritative server of the owner's zone, all at once; `only` replaces the zone's NS records
// where it is not empty. Errors: unavailable (zone or servers cannot be found), not_found.
net::Task<base::Result<ZoneView>> view_zone(dns::Resolver& resolver, AskServer ask, dns::Name owner,
                                            relay::DkimKey key, std::vector<net::Endpoint> only = {});

// Asks these servers, all at once.
net::Task<ZoneView> view_servers(AskServer ask, ZoneCut place, std::vector<ZoneServer> servers,
                                 relay::DkimKey key);

}  // namespace app
