#include "store/relay_rows.hpp"

#include <algorithm>

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

Result<void> insert_children(Connection& connection, relay::RelayId id, const relay::Relay& relay) {
    for (const auto& domain : relay.domains) {
        TRY(auto insert, connection.prepare("INSERT INTO relay_domain (relay_id, domain) VALUES (?, ?)"));
        const auto text = domain.to_string();
        TRY_VOID(insert.bind(id).bind(std::string_view(text)).run());
    }
    for (const auto type : relay.mail_types) {
        TRY(auto insert,
            connection.prepare("INSERT INTO relay_mail_type (relay_id, mail_type) VALUES (?, ?)"));
        TRY_VOID(insert.bind(id).bind(relay::to_string(type)).run());
    }
    for (const auto& address : relay.egress_ips) {
        TRY(auto insert, connection.prepare("INSERT INTO relay_egress (relay_id, address) VALUES (?, ?)"));
        const auto text = address.to_string();
        TRY_VOID(insert.bind(id).bind(std::string_view(text)).run());
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
    TRY(auto domains, connection.prepare("SELECT relay_id, domain FROM relay_domain"));
    for (;;) {
        TRY(const bool found, domains.step());
        if (!found) break;
        TRY(auto domain, read_relay_domain(domains));
        if (auto* relay = index.find(domains.integer(0))) relay->domains.insert(std::move(domain));
    }
    TRY(auto types, connection.prepare("SELECT relay_id, mail_type FROM relay_mail_type"));
    for (;;) {
        TRY(const bool found, types.step());
        if (!found) break;
        TRY(const auto type, read_relay_mail_type(types));
        if (auto* relay = index.find(types.integer(0))) relay->mail_types.insert(type);
    }
    TRY(auto egress, connection.prepare("SELECT relay_id, address FROM relay_egress"));
    for (;;) {
        TRY(const bool found, egress.step());
        if (!found) break;
        TRY(const auto address, read_relay_egress(egress));
        if (auto* relay = index.find(egress.integer(0))) relay->egress_ips.insert(address);
    }
    return relays;
}

Result<std::optional<relay::Relay>> find_relay(Connection& connection, std::string_view name) {
    std::optional<relay::Relay> nothing;
    TRY(const auto snapshot, Snapshot::begin(connection));
    TRY(auto row, connection.prepare("SELECT " STORE_RELAY_COLUMNS " FROM relay WHERE name = ?"));
    TRY(const bool exists, row.bind(name).step());
    if (!exists) return nothing;
    TRY(auto relay, read_relay(row));
    TRY(auto domains, connection.prepare("SELECT relay_id, domain FROM relay_domain WHERE relay_id = ?"));
    domains.bind(relay.id);
    for (;;) {
        TRY(const bool found, domains.step());
        if (!found) break;
        TRY(auto domain, read_relay_domain(domains));
        relay.domains.insert(std::move(domain));
    }
    TRY(auto types, connection.prepare("SELECT relay_id, mail_type FROM relay_mail_type WHERE relay_id = ?"));
    types.bind(relay.id);
    for (;;) {
        TRY(const bool found, types.step());
        if (!found) break;
        TRY(const auto type, read_relay_mail_type(types));
        relay.mail_types.insert(type);
    }
    TRY(auto egress, connection.prepare("SELECT relay_id, address FROM relay_egress WHERE relay_id = ?"));
    egress.bind(relay.id);
    for (;;) {
        TRY(const bool found, egress.step());
        if (!found) break;
        TRY(const auto address, read_relay_egress(egress));
        relay.egress_ips.insert(address);
    }
    return std::optional(std::move(relay));
}

Result<relay::RelayId> insert_relay(Connection& connection, const relay::Relay& relay) {
    TRY(auto insert,
        connection.prepare("INSERT INTO relay (" STORE_RELAY_COLUMNS ") VALUES "
                           "(NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    bind_relay(insert, relay);
    const auto result = insert.run();
    if (insert.is_duplicate())
        return Error{.kind = ErrorKind::conflict,
                     .message = fmt::format("a relay named {} exists already", base::quoted(relay.name))};
    TRY_VOID(result);
    const relay::RelayId id = connection.last_id();
    TRY_VOID(insert_children(connection, id, relay));
    return id;
}

Result<void> update_relay(Connection& connection, const relay::Relay& relay) {
    TRY(auto update,
        connection.prepare("UPDATE relay SET (name, host, port, security, verify_certificate, ca_file, "
                           "fingerprint, daily_limit, priority, dkim_selector, return_path, login_user, "
                           "password_source, password_command, fallback, enabled, description, created_at, "
                           "changed_at, limit_unit) = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                           "?, ?) "
                           "WHERE id = ?"));
    bind_relay(update, relay);
    const auto result = update.bind(relay.id).run();
    if (update.is_duplicate())
        return Error{.kind = ErrorKind::conflict,
                     .message = fmt::format("a relay named {} exists already", base::quoted(relay.name))};
    TRY_VOID(result);
    if (!connection.changed_rows())
        return missing(fmt::format("the store has no relay {} any more", base::quoted(relay.name)));
    for (const char* sql :
         {"DELETE FROM relay_domain WHERE relay_id = ?", "DELETE FROM relay_mail_type WHERE relay_id = ?",
          "DELETE FROM relay_egress WHERE relay_id = ?"}) {
        TRY(auto remove, connection.prepare(sql));
        TRY_VOID(remove.bind(relay.id).run());
    }
    return insert_children(connection, relay.id, relay);
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
