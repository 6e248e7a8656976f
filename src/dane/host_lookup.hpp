// What the DNS says about one mail host and its TLSA records.
#pragma once

#include <optional>
#include <vector>

#include "dns/resolver.hpp"

namespace dane {

struct HostLookup {
    dns::Name name;
    dns::Answer addresses = {};            // of A, or of AAAA where A gives nothing or failed
    std::optional<bool> secure = {};       // the name is in a signed zone; nullopt = AD is not trusted
    std::vector<dns::Name> aliases = {};   // where a CNAME leads; empty = no CNAME
    std::vector<dns::Name> asked = {};     // the TLSA names, in order
    std::optional<dns::Name> chosen = {};  // the one of them that decides
    dns::Answer tlsa = {};                 // of that one
    bool has_address() const { return addresses.status == dns::Status::found; }
};

// Two to five questions: A, AAAA, TLSA at _<port>._tcp.<base>, and for a CNAME one more TLSA and the CNAME
// itself. The base is the CNAME's end when every link is secure, then the name itself; the name alone when
// only the first link is (RFC 7672 section 2.2.2). Where AD is not trusted, or nothing is signed, both are
// tried. No TLSA question for a host without an address.
net::Task<HostLookup> look_up_host(dns::Resolver& resolver, dns::Name name, bool trust_ad,
                                   std::uint16_t port = 25);

}  // namespace dane
