// Where the platform's mail comes from: a region's names with SPF records, and networks beside them.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/ip_address.hpp"

namespace relay {

struct Region {
    std::string name;                        // as of parse_region_name()
    std::set<std::string> spf = {};          // as of parse_spf_name(): whose SPF records list its networks
    std::set<base::IpPrefix> networks = {};  // that none of them lists
    bool operator==(const Region&) const = default;
};

// The networks of a region as they were found at a time.
struct NetworkSnapshot {
    std::string region;
    base::Time taken_at = {};
    std::set<base::IpPrefix> networks = {};
    bool operator==(const NetworkSnapshot&) const = default;
};

inline constexpr std::size_t most_region_sources = 100;  // SPF names, and networks, of one region

// [a-z0-9][a-z0-9-]{0,31}: cn, eu, us, in, au, jp or a label of one's own. Errors: usage.
base::Result<std::string> parse_region_name(std::string_view text);

// A name that has an SPF record, in lower case and A-labels; labels like _spf are usual. Errors: usage.
base::Result<std::string> parse_spf_name(std::string_view text);

// A network that mail comes from, "192.0.2.0/24" or an address. Errors: usage; all addresses are none.
base::Result<base::IpPrefix> parse_region_network(std::string_view text);

}  // namespace relay
