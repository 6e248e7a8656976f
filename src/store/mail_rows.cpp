#include "store/mail_rows.hpp"

#include <algorithm>
#include <string>

#include "store/rows.hpp"

namespace store {

using base::Result;

namespace {

std::int64_t number_of(relay::Day day) {
    return day.time_since_epoch().count();
}

std::int64_t number_of(base::Time time) {
    return time.time_since_epoch().count();
}

Result<relay::LogEntry> parse_entry(const Statement& row) {
    TRY(auto domain, base::DomainName::parse(row.text(3), 1));
    relay::LogEntry entry{.id = row.integer(0),
                          .at = base::Time(std::chrono::seconds(row.integer(1))),
                          .relay = std::string(row.text(2)),
                          .from_domain = std::move(domain)};
    TRY(entry.type, relay::parse_mail_type(row.text(4)));
    entry.recipients = static_cast<std::uint64_t>(row.integer(5));
    entry.accepted = static_cast<std::uint64_t>(row.integer(6));
    TRY(entry.result, relay::parse_log_result(row.text(7)));
    entry.queue_id = row.text(8);
    entry.reply = row.text(9);
    entry.instead_of = row.text(10);
    return entry;
}

}  // namespace

Result<std::vector<relay::RelayDay>> read_relay_days(Connection& connection, relay::Day day) {
    std::vector<relay::RelayDay> days;
    TRY(auto rows, connection.prepare("SELECT relay_id, messages, recipients, failures, tripped, limit_told "
                                      "FROM relay_day WHERE day = ? ORDER BY relay_id"));
    rows.bind(number_of(day));
    for (;;) {
        TRY(const bool found, rows.step());
        if (!found) return days;
        days.push_back({.relay = rows.integer(0),
                        .day = day,
                        .messages = static_cast<std::uint64_t>(rows.integer(1)),
                        .recipients = static_cast<std::uint64_t>(rows.integer(2)),
                        .failures = static_cast<unsigned>(rows.integer(3)),
                        .tripped = std::string(rows.text(4)),
                        .limit_told = rows.integer(5) != 0});
    }
}

Result<void> write_relay_day(Connection& connection, const relay::RelayDay& day) {
    TRY(auto set,
        connection.prepare(
            "INSERT INTO relay_day (relay_id, day, messages, recipients, failures, tripped, limit_told) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (relay_id, day) DO UPDATE SET messages = "
            "excluded.messages, recipients = excluded.recipients, failures = excluded.failures, "
            "tripped = excluded.tripped, limit_told = excluded.limit_told"));
    set.bind(day.relay).bind(number_of(day.day));
    set.bind(static_cast<std::int64_t>(day.messages)).bind(static_cast<std::int64_t>(day.recipients));
    set.bind(std::int64_t{day.failures})
        .bind(std::string_view(day.tripped))
        .bind(std::int64_t{day.limit_told});
    return set.run();
}

Result<std::vector<relay::LogEntry>> read_log(Connection& connection, const relay::LogFilter& filter) {
    std::vector<relay::LogEntry> entries;
#define STORE_LOG                                                                         \
    "SELECT id, logged_at, relay, from_domain, mail_type, recipients, accepted, result, " \
    "queue_id, reply, instead_of FROM mail_log WHERE logged_at >= ? AND id > ? AND "      \
    "(? = '' OR relay = ?) AND (? = 0 OR result <> 'accepted' OR accepted < recipients) "
    TRY(auto rows, connection.prepare(filter.oldest ? STORE_LOG "ORDER BY id LIMIT ?"
                                                    : STORE_LOG "ORDER BY id DESC LIMIT ?"));
    rows.bind(filter.since ? number_of(*filter.since) : 0).bind(filter.after);
    rows.bind(std::string_view(filter.relay)).bind(std::string_view(filter.relay));
    rows.bind(std::int64_t{filter.failed}).bind(static_cast<std::int64_t>(filter.most));
    for (;;) {
        TRY(const bool found, rows.step());
        if (!found) break;
        auto entry = parse_entry(rows);
        if (entry.has_error()) return damaged("mail_log", std::to_string(rows.integer(0)), entry.error());
        entries.push_back(std::move(*entry));
    }
    if (!filter.oldest) std::reverse(entries.begin(), entries.end());
    return entries;
}

Result<std::int64_t> write_log(Connection& connection, const relay::LogEntry& entry) {
    TRY(auto insert,
        connection.prepare(
            "INSERT INTO mail_log (logged_at, relay, from_domain, mail_type, recipients, accepted, "
            "result, queue_id, reply, instead_of) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    insert.bind(number_of(entry.at)).bind(std::string_view(entry.relay));
    insert.bind(std::string_view(entry.from_domain.ascii())).bind(relay::to_string(entry.type));
    insert.bind(static_cast<std::int64_t>(entry.recipients)).bind(static_cast<std::int64_t>(entry.accepted));
    insert.bind(relay::to_string(entry.result)).bind(std::string_view(entry.queue_id));
    insert.bind(std::string_view(entry.reply)).bind(std::string_view(entry.instead_of));
    TRY_VOID(insert.run());
    return connection.last_id();
}

Result<void> delete_log(Connection& connection, base::Time before) {
    TRY(auto remove, connection.prepare("DELETE FROM mail_log WHERE logged_at < ?"));
    return remove.bind(number_of(before)).run();
}

}  // namespace store
