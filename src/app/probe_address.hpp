// The probe's first half: the host's addresses, and the one that answers.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/probe_relay.hpp"

namespace app {

struct Resolution {
    std::vector<base::IpAddress> addresses;  // IPv6 and IPv4 in turn, at most 16 (RFC 8305 section 4)
    bool failed = false;                    // no address, and it could not be found out whether there are any
    std::string detail = {};                // without addresses: what the resolver said
    std::optional<Milliseconds> time = {};  // nullopt for an address literal
    std::vector<std::string> aliases = {};  // of the CNAME chain, in order, the longer of A's and AAAA's
};
net::Task<Resolution> resolve_host(dns::Resolver& resolver, relay::Host host);

// Which of a certificate's names has this address; at most 8 are looked up.
net::Task<OtherNames> look_up_names(dns::Resolver& resolver, std::vector<std::string> names,
                                    base::IpAddress address);

// A connection made while looking for an address, for whoever comes first to that port.
struct OpenedStream {
    std::unique_ptr<net::Stream> stream;
    Milliseconds time{0};
};
struct ChosenAddress {
    base::IpAddress address;
    std::map<std::uint16_t, OpenedStream> opened = {};
};

// Connects to the ports on every address, each address a head start behind the one before it, and takes the
// first that accepts (RFC 8305 section 5). The first of all when none does, or when there is only one.
// Addresses must not be empty.
net::Task<ChosenAddress> choose_address(net::Dialer& dialer, std::vector<base::IpAddress> addresses,
                                        std::vector<std::uint16_t> ports, const ProbeOptions& options);

}  // namespace app
