// The DKIM key record (RFC 6376 section 3.6.1, RFC 8301, RFC 8463): the TXT record at
// <selector>._domainkey.<domain>.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace dkim {

struct KeyRecord {
    bool version = true;                                  // v=DKIM1 stands in front; without it is legal
    std::string key_type = "rsa";                         // k=: "rsa", "ed25519", or one nobody knows
    std::optional<std::vector<std::string>> hashes = {};  // h=: nullopt = all
    std::vector<std::string> services = {"*"};            // s=
    std::vector<std::string> flags = {};                  // t=
    std::string notes = {};                               // n=, as written (quoted-printable)
    std::string public_key = {};                          // p=: base64 without white space; empty = revoked
    std::vector<std::pair<std::string, std::string>> unknown = {};  // other tags, in order

    bool is_revoked() const { return public_key.empty(); }
    bool is_testing() const;          // t=y
    bool forbids_subdomains() const;  // t=s: i= must equal d=
    bool is_for_mail() const;         // s= has * or email
    bool allows_sha256() const;       // h= absent, or with sha256
    bool operator==(const KeyRecord&) const = default;
};

// Errors (usage, with the offset): tag-list syntax, duplicate tags, v= not first or not DKIM1, no p=, p= not
// base64. What is legal but unusable (revoked, unknown k=, h=sha1) parses.
base::Result<KeyRecord> parse_key_record(std::string_view text);

// "v=DKIM1; k=rsa; p=MIIB..."; parse_key_record is its inverse. k=rsa is always written, other defaults not.
std::string to_string(const KeyRecord& record);

// The record to publish for a key of relayctl's own.
KeyRecord make_key_record(std::string_view key_type, std::string public_key);

}  // namespace dkim
