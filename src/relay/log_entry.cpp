#include "relay/log_entry.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace relay {

std::string_view to_string(LogResult result) {
    switch (result) {
        case LogResult::accepted:
            return "accepted";
        case LogResult::refused:
            return "refused";
        case LogResult::deferred:
            return "deferred";
        case LogResult::unable:
            return "unable";
        case LogResult::unknown:
            return "unknown";
    }
    return "unknown";
}

base::Result<LogResult> parse_log_result(std::string_view text) {
    for (const auto result : {LogResult::accepted, LogResult::refused, LogResult::deferred, LogResult::unable,
                              LogResult::unknown})
        if (text == to_string(result)) return result;
    return base::usage_error(fmt::format("no such result: {}", base::quoted(text)));
}

bool LogFilter::takes(const LogEntry& entry) const {
    if (!relay.empty() && entry.relay != relay) return false;
    if (since && entry.at < *since) return false;
    if (entry.id != 0 && entry.id <= after) return false;
    return !failed || entry.result != LogResult::accepted || entry.accepted < entry.recipients;
}

}  // namespace relay
