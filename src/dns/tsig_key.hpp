// The key that a server and those who may change its zones share (RFC 8945).
#pragma once

#include <string>

#include "base/secret.hpp"
#include "dns/name.hpp"

namespace dns {

struct TsigKey {
    Name name;
    std::string algorithm;  // "hmac-sha256", as RFC 8945 section 6 has it, lower case
    base::Secret secret;    // in base64
};

// The text of a key file as tsig-keygen writes and nsupdate -k reads it, with one key and nothing else but
// comments: key "name" { algorithm hmac-sha256; secret "..."; };  Errors: usage. They never show the text.
base::Result<TsigKey> parse_tsig_key(const base::Secret& text);

}  // namespace dns
