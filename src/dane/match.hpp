// TLSA records against the chain that a server sent (RFC 7672 section 3.1). Pure.
#pragma once

#include <optional>

#include "dane/record.hpp"
#include "net/stream.hpp"

namespace dane {

// The certificate of the chain that the record names, as an index; nullopt = none. Usage 3 names the leaf,
// whatever its names and dates (RFC 7672 section 3.1.1). Usage 2 names an issuer above it: each certificate
// up to there must have been issued by the next, be of today, and the leaf be for the name that was asked
// for (section 3.1.2). A record that is not usable matches nothing.
std::optional<std::size_t> find_match(const Record& record, const net::TlsInfo& tls, base::Time now);

}  // namespace dane
