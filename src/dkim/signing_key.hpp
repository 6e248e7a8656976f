// Whether a key record fits a signature (RFC 6376 section 6.1.2, RFC 8301 section 3.2, RFC 8463 section 4).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dkim/lookup.hpp"
#include "dkim/signature.hpp"

namespace dkim {

struct KeyChoice {
    std::vector<const KeyInspection*> usable;  // into the lookup; several where several records stand there
    std::optional<Fault> fault = {};           // why there is none
    std::vector<finding::Finding> findings = {};
};

// `subject` names the signature in findings.
KeyChoice choose_keys(const Signature& signature, const KeyLookup& lookup, const std::string& subject);

// A lookup made of texts instead of the DNS's answer.
KeyLookup read_key_records(const std::vector<std::string>& texts);

}  // namespace dkim
