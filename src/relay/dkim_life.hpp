// The life of a DKIM key: pending -> active -> retiring -> retired, and revoked from anywhere.
//
//  pending   made, its record perhaps not published yet: signs only where it is named on purpose
//  active    signs
//  retiring  replaced: signs where it is named, until its grace ends; its record must stay
//  retired   its grace has ended; never signs again; its record may go
//  revoked   its record is to have an empty p= (RFC 6376 section 3.6.1); never signs again
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace relay {

enum class DkimState : std::uint8_t { pending, active, retiring, retired, revoked };
inline constexpr std::array all_dkim_states = {DkimState::pending, DkimState::active, DkimState::retiring,
                                               DkimState::retired, DkimState::revoked};
std::string_view to_string(DkimState state);  // "pending", ...
base::Result<DkimState> parse_dkim_state(std::string_view text);

// What happens to a key. That a retiring one retires is a matter of time alone, see state_at().
enum class DkimEvent : std::uint8_t { activate, retire, revoke };

// nullopt = that cannot happen to a key in this state. The same state = it is so already.
std::optional<DkimState> next_state(DkimState state, DkimEvent event);

struct DkimLife {
    DkimState state = DkimState::pending;         // as stored: never retired
    std::optional<base::Time> activated_at = {};  // last time; nullopt = never, or before this was kept
    std::optional<base::Time> retiring_at = {};   // since when; nullopt = not retiring, or nobody knows
    std::optional<base::Time> retires_at = {};    // until when; fixed when it begins: nullopt as above
    std::optional<base::Time> last_seen_at = {};  // when its record was last right in the DNS

    bool operator==(const DkimLife&) const = default;
};

inline constexpr std::chrono::seconds usual_dkim_grace = std::chrono::hours(7 * 24);

// The state at a moment: what is retiring is retired from its end on, for good. A key whose end nobody knows
// stays retiring.
DkimState state_at(const DkimLife& life, base::Time now);

// May it sign where it is named: all but retired and revoked.
bool may_sign(DkimState state);

}  // namespace relay
