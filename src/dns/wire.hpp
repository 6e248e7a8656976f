// DNS messages (RFC 1035 section 4) to and from values. Pure, with ldns.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dns/resolver.hpp"

namespace dns {

inline constexpr std::size_t maximum_udp_answer = 1232;  // what we announce by EDNS(0) (DNS flag day 2020)

struct QueryFlags {
    bool edns = true;  // an OPT record (RFC 6891)
    bool checking_disabled =
        false;  // CD: a validating server answers bogus data too (RFC 4035 section 3.2.2)
};

// One question, recursion desired. The name goes out in the case it has.
std::string encode_query(const Question& question, std::uint16_t id, QueryFlags flags);

// Gives the name in a query of encode_query() random upper and lower case: an answer must repeat it, which a
// forger cannot know (draft-vixie-dnsext-dns0x20).
void mix_case(std::string& query);

enum class Match {
    ours,        // the answer to this query
    other_case,  // the same, but for the case of the name
    foreign,     // anything else: not a response, another id or question
};
// Looks at header and question only. FORMERR and NOTIMP may come without the question.
Match match_response(std::string_view message, std::string_view query);

struct Response {
    bool truncated = false;
    bool authentic = false;            // AD
    bool recursion_available = false;  // RA
    unsigned code = 0;                 // RCODE with the upper bits from OPT: 0 to 4095
    std::vector<Record> answer;        // class IN, any type and owner
    bool negative = false;             // the authority section has an SOA
    std::uint32_t negative_ttl = 0;    // seconds, of that SOA (RFC 2308 section 5)
    std::string explanation;           // extended DNS errors (RFC 8914) in words, or empty
    bool bogus = false;                // one of them blames DNSSEC
    std::size_t size = 0;              // octets of the message
};

// A message that match_response() found to be ours. A truncated one is read as far as it goes. Errors:
// unavailable, with what is malformed.
base::Result<Response> decode_response(std::string_view message);

}  // namespace dns
