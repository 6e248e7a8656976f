// What a relay did on one day: how much of its daily limit is used, and whether it is tripped. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "relay/relay.hpp"

namespace relay {

// A calendar day in the zone of the store's setting.
using Day = std::chrono::sys_days;
using ZoneOffset = std::chrono::minutes;  // east of UTC

// "UTC" or "+09:00", "-03:30", up to 14 hours. Errors: usage.
base::Result<ZoneOffset> parse_zone_offset(std::string_view text);
std::string to_string(ZoneOffset offset);  // "UTC", "+09:00"
Day day_of(base::Time time, ZoneOffset offset);
base::Time end_of(Day day, ZoneOffset offset);  // the first moment of the next
std::string to_string(Day day);                 // "2026-11-24"

struct RelayDay {
    RelayId relay = 0;
    Day day = {};
    std::uint64_t messages = 0;    // reserved or sent
    std::uint64_t recipients = 0;  // of these
    unsigned failures = 0;         // in a row, of connection, TLS or login
    std::string tripped = {};  // why nothing goes through the relay for the rest of the day; empty = it does
    bool limit_told = false;   // the relay itself said that its limit is reached
    bool operator==(const RelayDay&) const = default;
};

// The relay's own among them; one on which nothing happened where there is none.
RelayDay day_of(const Relay& relay, const std::vector<RelayDay>& days);
// Messages or recipients, as the relay counts.
std::uint64_t used(const Relay& relay, const RelayDay& day);
// Four fifths of its daily limit are used.
bool is_near_limit(const Relay& relay, const RelayDay& day);
// May a message to so many recipients go through the relay without passing its daily limit?
bool has_room(const Relay& relay, const RelayDay& day, std::uint64_t recipients);
// ... on any day at all?
bool may_ever_carry(const Relay& relay, std::uint64_t recipients);

}  // namespace relay
