// The real Resolver: asks recursive servers over UDP with EDNS(0) 1232, over TCP on truncation, with retries
// over several servers; answers are cached for their TTL and questions in flight are shared.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "dns/resolver.hpp"

namespace dns {

// What a resolver did so far, for whoever wants to tell.
struct ResolverCounts {
    std::uint64_t queries = 0;     // messages sent to servers
    std::uint64_t from_cache = 0;  // questions answered without one
    std::uint64_t shared = 0;      // questions that got the answer another waited for
};

struct ResolverOptions {
    std::vector<net::Endpoint> servers;       // tried in order; at least one
    std::chrono::milliseconds timeout{5000};  // for one question, all tries together
    unsigned attempts = 3;                    // sends in all, over the servers in turn
    unsigned rate = 0;                        // messages per second to one server at most; 0 = as they come
    std::size_t cache_octets = 4 << 20;       // of answers kept, about
    std::shared_ptr<ResolverCounts> counts;   // or null
};

// "192.0.2.53", "192.0.2.53:5353", "[2001:db8::1]:53", "2001:db8::1". Errors: usage.
base::Result<net::Endpoint> parse_server(std::string_view text);

// The nameserver lines of a resolv.conf; none = 127.0.0.1 (resolv.conf(5)). Errors: unavailable.
base::Result<std::vector<net::Endpoint>> system_servers(const std::filesystem::path& resolv_conf);

std::unique_ptr<Resolver> make_stub_resolver(ResolverOptions options);

}  // namespace dns
