// The DKIM-Signature header field (RFC 6376 section 3.5, RFC 8301, RFC 8463, RFC 8616): its tags as values,
// and everything that can be said of them without a key and without the message.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/domain_name.hpp"
#include "crypto/key.hpp"
#include "dkim/canonical.hpp"
#include "dkim/outcome.hpp"
#include "finding/finding.hpp"

namespace dkim {

inline constexpr std::size_t most_signed_names = 500;     // in h=: each costs a search of the header
inline constexpr std::chrono::seconds allowed_skew{300};  // of t= against the clock here

struct Signature {
    std::string text;       // the field's value, unfolded; offsets of findings are in it
    std::string algorithm;  // a=, as written
    crypto::KeyKind kind = crypto::KeyKind::rsa;
    base::Bytes signature;           // b=
    base::Bytes body_hash;           // bh=
    CanonicalizationPair canonical;  // c=
    std::string domain_text;         // d=, as written: the hash is over that (RFC 8616 section 5)
    std::optional<base::DomainName> domain = {};
    std::string selector_text;                 // s=, as written
    std::string selector;                      // in A-labels
    std::vector<std::string> names;            // h=, as written
    std::string identity;                      // i=, as written; "@" and d= when absent
    bool at_subdomain = false;                 // the domain of i= is below d=
    std::optional<std::uint64_t> length = {};  // l=, octets of the canonical body; the greatest when too long
    std::optional<std::uint64_t> time = {};    // t=, seconds since 1970
    std::optional<std::uint64_t> expiry = {};  // x=

    // Why it cannot count, whatever key and message say. With `policy` it can still be computed (expired).
    std::optional<Fault> fault = {};
    std::vector<finding::Finding> findings = {};

    bool is_computable() const { return !fault || fault->still_computable; }
};

// `value` is what stands behind the field's colon, folded or not; of more than 64 KB nothing is read. Never
// fails: what is wrong is a fault with a finding. `subject` names the signature in findings.
Signature read_signature(std::string_view value, base::Time now, std::string subject);

// "d=example.com s=s1", as far as they can be read: names a signature for people.
std::string describe(const Signature& signature);

}  // namespace dkim
