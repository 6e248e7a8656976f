#include "store/relay_rows.hpp"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "base/text.hpp"
#include "store/rows.hpp"

namespace store {

using base::Error;
using base::ErrorKind;
using base::Result;

namespace {

// Where each relay stands in the vector, found by its id.
class RelayIndex {
  public:
    explicit RelayIndex(std::vector<relay::Relay>& relays) : relays_(relays) {
        places_.reserve(relays.size());
        for (std::size_t i = 0; i < relays.size(); ++i)
            places_.emplace_back(relays[i].id, i);
        std::sort(places_.begin(), places_.end());
    }
    relay::Relay* find(relay::RelayId id) {
        const auto place = std::lower_bound(places_.begin(), places_.end(), std::pair(id, std::size_t{0}));
        return place == places_.end() || place->first != id ? nullptr : &relays_[place->second];
    }

  private:
    std::vector<relay::Relay>& relays_;
    std::vector<std::pair<relay::RelayId, std::size_t>> places_;
};

struct Query {
    const char* all;
    const char* one;
};
#define STORE_QUERY(text) \
    { text, text " WHERE relay_id = ?" }
constexpr Query domain_query = STORE_QUERY("SELECT relay_id, domain FROM relay_domain");
constexpr Query mail_type_query = STORE_QUERY("SELECT relay_id, mail_type FROM relay_mail_type");
constexpr Query egress_query = STORE_QUERY("SELECT relay_id, address FROM relay_egress");
constexpr Query fallback_query = {
    "SELECT relay_id, name FROM relay_fallback ORDER BY relay_id, position",
    "SELECT relay_id, name FROM relay_fallback WHERE relay_id = ? ORDER BY position"};

// take(row, relay) for each row of a relay that is looked for.
template <class Take>
Result<void> for_each_row(Connection& connection, const Query& query, std::optional<relay::RelayId> only,
                          const std::function<relay::Relay*(relay::RelayId)>& find, Take take) {
    TRY(auto rows, connection.prepare(only ? query.one : query.all));
    if (only) rows.bind(*only);
    for (;;) {
        TRY(const bool found, rows.step());
        if (!found) return {};
        if (auto* relay = find(rows.integer(0))) TRY_VOID(take(rows, *relay));
    }
}

Result<void> insert_text(Connection& connection, const char* sql, relay::RelayId id, std::string_view text) {
    TRY(auto insert, connection.prepare(sql));
    return insert.bind(id).bind(text).run();
}

// What stands in tables of its own: of one relay, or of all; `find` gives the relay to put it in, or nullptr.
Result<void> read_relay_parts(Connection& connection, std::optional<relay::RelayId> only,
                              const std::function<relay::Relay*(relay::RelayId)>& find) {
    TRY_VOID(for_each_row(connection, domain_query, only, find,
                          [](const Statement& row, relay::Relay& relay) -> Result<void> {
                              TRY(auto domain, read_relay_domain(row));
                              relay.domains.insert(std::move(domain));
                              return {};
                          }));
    TRY_VOID(for_each_row(connection, mail_type_query, only, find,
                          [](const Statement& row, relay::Relay& relay) -> Result<void> {
                              TRY(const auto type, read_relay_mail_type(row));
                              relay.mail_types.insert(type);
                              return {};
                          }));
    TRY_VOID(for_each_row(connection, egress_query, only, find,
                          [](const Statement& row, relay::Relay& relay) -> Result<void> {
                              TRY(const auto address, read_relay_egress(row));
                              relay.egress_ips.insert(address);
                              return {};
                          }));
    return for_each_row(connection, fallback_query, only, find,
                        [](const Statement& row, relay::Relay& relay) -> Result<void> {
                            TRY(auto name, read_relay_fallback(row));
                            relay.fallback_to.push_back(std::move(name));
                            return {};
                        });
}

// In place of what was there.
Result<void> write_relay_parts(Connection& connection, relay::RelayId id, const relay::Relay& relay) {
    for (const char* sql :
         {"DELETE FROM relay_domain WHERE relay_id = ?", "DELETE FROM relay_mail_type WHERE relay_id = ?",
          "DELETE FROM relay_egress WHERE relay_id = ?", "DELETE FROM relay_fallback WHERE relay_id = ?"}) {
        TRY(auto remove, connection.prepare(sql));
        TRY_VOID(remove.bind(id).run());
    }
    for (const auto& domain : relay.domains)
        TRY_VOID(insert_text(connection, "INSERT INTO relay_domain (relay_id, domain) VALUES (?, ?)", id,
                             domain.to_string()));
    for (const auto type : relay.mail_types)
        TRY_VOID(insert_text(connection, "INSERT INTO relay_mail_type (relay_id, mail_type) VALUES (?, ?)",
                             id, relay::to_string(type)));
    for (const auto& address : relay.egress_ips)
        TRY_VOID(insert_text(connection, "INSERT INTO relay_egress (relay_id, address) VALUES (?, ?)", id,
                             address.to_string()));
    for (std::size_t i = 0; i < relay.fallback_to.size(); ++i) {
        TRY(auto insert,
            connection.prepare("INSERT INTO relay_fallback (relay_id, position, name) VALUES (?, ?, ?)"));
        insert.bind(id).bind(static_cast<std::int64_t>(i));
        TRY_VOID(insert.bind(std::string_view(relay.fallback_to[i])).run());
    }
    return {};
}

}  // namespace

Result<std::vector<relay::Relay>> read_relays(Connection& connection) {
    std::vector<relay::Relay> relays;
    TRY(const auto snapshot, Snapshot::begin(connection));
    TRY(auto rows, connection.prepare("SELECT " STORE_RELAY_COLUMNS " FROM relay ORDER BY name"));
    for (;;) {
        TRY(const bool found, rows.step());
        if (!found) break;
        TRY(auto relay, read_relay(rows));
        relays.push_back(std::move(relay));
    }
    RelayIndex index(relays);
    TRY_VOID(read_relay_parts(connection, std::nullopt, [&](relay::RelayId id) { return index.find(id); }));
    return relays;
}

Result<std::optional<relay::Relay>> find_relay(Connection& connection, std::string_view name) {
    std::optional<relay::Relay> nothing;
    TRY(const auto snapshot, Snapshot::begin(connection));
    TRY(auto row, connection.prepare("SELECT " STORE_RELAY_COLUMNS " FROM relay WHERE name = ?"));
    TRY(const bool exists, row.bind(name).step());
    if (!exists) return nothing;
    TRY(auto relay, read_relay(row));
    TRY_VOID(read_relay_parts(connection, relay.id, [&](relay::RelayId) { return &relay; }));
    return std::optional(std::move(relay));
}

Result<relay::RelayId> insert_relay(Connection& connection, const relay::Relay& relay) {
    TRY(auto insert,
        connection.prepare("INSERT INTO relay (" STORE_RELAY_COLUMNS ") VALUES "
                           "(NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    bind_relay(insert, relay);
    const auto result = insert.run();
    if (insert.is_duplicate())
        return Error{.kind = ErrorKind::conflict,
                     .message = fmt::format("a relay named {} exists already", base::quoted(relay.name))};
    TRY_VOID(result);
    const relay::RelayId id = connection.last_id();
    TRY_VOID(write_relay_parts(connection, id, relay));
    return id;
}

Result<void> update_relay(Connection& connection, const relay::Relay& relay) {
    TRY(auto update,
        connection.prepare("UPDATE relay SET (name, host, port, security, verify_certificate, ca_file, "
                           "fingerprint, daily_limit, priority, dkim_selector, return_path, login_user, "
                           "password_source, password_command, fallback, enabled, description, created_at, "
                           "changed_at, limit_unit, over_limit, unaligned_fallback) = (?, ?, ?, ?, ?, ?, ?, "
                           "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                           "WHERE id = ?"));
    bind_relay(update, relay);
    const auto result = update.bind(relay.id).run();
    if (update.is_duplicate())
        return Error{.kind = ErrorKind::conflict,
                     .message = fmt::format("a relay named {} exists already", base::quoted(relay.name))};
    TRY_VOID(result);
    if (!connection.changed_rows())
        return missing(fmt::format("the store has no relay {} any more", base::quoted(relay.name)));
    return write_relay_parts(connection, relay.id, relay);
}

Result<std::string> find_relay_name(Connection& connection, relay::RelayId id) {
    TRY(auto row, connection.prepare("SELECT name FROM relay WHERE id = ?"));
    TRY(const bool found, row.bind(id).step());
    return found ? std::string(row.text(0)) : std::string();
}

Result<void> mark_missing_passwords(Connection& connection, std::vector<relay::Relay>& relays) {
    for (auto& relay : relays) {
        if (!relay.login || !relay.login->is_stored()) continue;
        TRY(auto row, connection.prepare("SELECT 1 FROM relay_password WHERE relay_id = ?"));
        TRY(const bool found, row.bind(relay.id).step());
        if (!found) relay.login->source = relay::PasswordSource::missing;
    }
    return {};
}

Result<base::Secret> read_password(Connection& connection, relay::RelayId id) {
    TRY(auto row, connection.prepare("SELECT password FROM relay_password WHERE relay_id = ?"));
    TRY(const bool found, row.bind(id).step());
    return found ? base::Secret(std::string(row.text(0))) : base::Secret();
}

Result<void> write_password(Connection& connection, relay::RelayId id, const base::Secret& password) {
    if (password.empty()) {
        TRY(auto remove, connection.prepare("DELETE FROM relay_password WHERE relay_id = ?"));
        return remove.bind(id).run();
    }
    TRY(auto set, connection.prepare("INSERT INTO relay_password (relay_id, password) VALUES (?, ?) "
                                     "ON CONFLICT (relay_id) DO UPDATE SET password = excluded.password"));
    auto result = set.bind(id).bind(password).run();
    if (set.fault() == SQLITE_CONSTRAINT_FOREIGNKEY) return missing("the store has no such relay any more");
    return result;
}

}  // namespace store
