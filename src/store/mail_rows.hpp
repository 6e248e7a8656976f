// The tables of what goes through the relays: days and log.
#pragma once

#include <vector>

#include "relay/log_entry.hpp"
#include "relay/relay_day.hpp"
#include "store/sqlite.hpp"

namespace store {

base::Result<std::vector<relay::RelayDay>> read_relay_days(Connection& connection, relay::Day day);
// No effect if the relay is gone, with which its days went.
base::Result<void> write_relay_day(Connection& connection, const relay::RelayDay& day);

base::Result<std::vector<relay::LogEntry>> read_log(Connection& connection, const relay::LogFilter& filter);
base::Result<std::int64_t> write_log(Connection& connection, const relay::LogEntry& entry);
base::Result<void> delete_log(Connection& connection, base::Time before);

}  // namespace store
