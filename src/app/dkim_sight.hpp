// What an answer of the DNS says of a key in the store: one judgement, dkim::look_up_key()'s, for all that is
// shown and decided.
#pragma once

#include <string>
#include <string_view>

#include "dkim/lookup.hpp"
#include "relay/relay.hpp"

namespace app {

enum class Visibility {
    visible,  // the record is the key's, and usable
    other,    // another key, a record that is of no use, or several records
    missing,
    unknown,  // the server could not be asked
};
std::string_view to_string(Visibility visibility);  // "visible", "other", "missing", "unknown"

struct KeySight {
    Visibility seen = Visibility::unknown;
    std::string detail = {};   // for people, not escaped: why it is not visible
    bool has_key = false;      // a record there has the key, be it unusable
    std::string warning = {};  // what is wrong with a record that is visible, not escaped

    bool operator==(const KeySight&) const = default;
};

// A record that still has the key, which is revoked.
inline constexpr std::string_view still_published = "the key is revoked, and its record still has it";

// The record of a revoked key is an empty p= (RFC 6376 section 3.6.1). Pure.
KeySight judge_sight(const dkim::KeyLookup& lookup, const relay::DkimKey& key);
KeySight judge_sight(const dns::Answer& answer, const relay::DkimKey& key);

}  // namespace app
