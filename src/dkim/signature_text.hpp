// The text of a DKIM-Signature field that is being made (RFC 6376 section 3.5).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/base64.hpp"
#include "base/result.hpp"
#include "dkim/canonical.hpp"

namespace dkim {

struct SignatureTags {
    std::string algorithm = {};  // "rsa-sha256"
    CanonicalizationPair canonical = {};
    std::string domain = {};  // d=, A-labels
    std::string selector = {};
    std::string identity = {};  // i=, encoded already; empty = not given
    std::int64_t time = 0;      // t=, seconds since 1970
    std::optional<std::int64_t> expiry = {};
    std::optional<std::uint64_t> length = {};
    std::vector<std::string> names = {};  // h=
    base::Bytes body_hash = {};
};

// The field up to and with its "b=", folded so that no line passes 78 characters unless one word of it does;
// no CRLF at the end. This is what is signed, canonicalised.
std::string signature_without_value(const SignatureTags& tags);

// The whole field with the CRLF at its end.
std::string complete_signature(std::string field, const base::Bytes& signature);

// The value of i= for an identity "@example.com" or "someone@mail.example.com", encoded (section 2.11).
// Error: usage, when its domain is neither `domain` nor below it, or it has a control character.
base::Result<std::string> encode_identity(std::string_view identity, const std::string& domain);

}  // namespace dkim
