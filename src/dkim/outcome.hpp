// What came of one signature, in the words of RFC 8601 section 2.7.1.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "finding/finding.hpp"

namespace dkim {

enum class Outcome : std::uint8_t {
    pass,
    fail,       // body or header are not what was signed
    policy,     // not accepted here: SHA-1, a key too short or too long, expired, work without bounds
    neutral,    // cannot be processed: an unknown a=, c= or q=; or failed with a key in test mode
    temperror,  // the key could not be looked up now
    permerror,  // never: the field is broken, or there is no usable key
};
std::string_view to_string(Outcome outcome);  // "pass", "fail", ...

struct Fault {
    Outcome outcome = Outcome::permerror;
    std::string reason = {};        // one line, not escaped
    bool still_computable = false;  // hashes and signature can be computed all the same
    bool operator==(const Fault&) const = default;
};

// "the key is revoked: p= is empty": the condition, and what was seen here.
std::string in_words(const finding::Finding& finding);

}  // namespace dkim
