// One line of the send log: what became of one message at one relay. No body, no address, no secret.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/domain_name.hpp"
#include "relay/relay.hpp"

namespace relay {

// What became of it; the words are those of the table and of JSON.
enum class LogResult : std::uint8_t { accepted, refused, deferred, unable, unknown };
std::string_view to_string(LogResult result);
base::Result<LogResult> parse_log_result(std::string_view text);

struct LogEntry {
    std::int64_t id = 0;  // counts up; 0 = not yet stored
    base::Time at = {};
    std::string relay;  // its name then; empty = none was tried, and it was no limit of one that decided
    base::DomainName from_domain;
    MailType type = MailType::individual;
    std::uint64_t recipients = 0;  // asked for
    std::uint64_t accepted = 0;    // of these
    LogResult result = LogResult::unknown;
    std::string queue_id = {};  // as far as the reply told one; printable
    std::string reply = {};     // printable, at most 500 octets
    // The relays that should have taken it, and why they did not: "news: its daily limit is reached".
    // Printable, at most 500 octets; empty = it went where it should.
    std::string instead_of = {};
    bool operator==(const LogEntry&) const = default;
};

struct LogFilter {
    std::string relay = {};  // a name; empty = all
    std::optional<base::Time> since = {};
    std::int64_t after = 0;  // an id: only later entries
    bool failed = false;     // only what was not accepted, or not for all recipients
    std::size_t most = 1'000'000;
    bool oldest = false;  // of more than `most` the oldest, not the newest
    bool takes(const LogEntry& entry) const;
};

}  // namespace relay
