#include "store/sqlite_store.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "store/dkim_rows.hpp"
#include "store/kept.hpp"
#include "store/mail_rows.hpp"
#include "store/open.hpp"
#include "store/probe_rows.hpp"
#include "store/rows.hpp"
#include "store/setting_rows.hpp"
#include "store/sqlite.hpp"

namespace store {

using base::Error;
using base::ErrorKind;
using base::Result;

namespace {

Error missing(std::string message) {
    return {.kind = ErrorKind::not_found, .message = std::move(message)};
}

bool is_duplicate(const Statement& statement) {
    return statement.fault() == SQLITE_CONSTRAINT_UNIQUE || statement.fault() == SQLITE_CONSTRAINT_PRIMARYKEY;
}

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

class SqliteStore final : public relay::Store {
  public:
    // nullopt = there is no file: everything reads as empty.
    explicit SqliteStore(std::optional<Connection> connection) : connection_(std::move(connection)) {}

    Result<std::vector<relay::Relay>> relays() override;
    Result<std::optional<relay::Relay>> find_relay(std::string_view name) override;
    Result<base::Secret> relay_password(relay::RelayId id) override;
    Result<std::vector<relay::Domain>> domains() override;
    Result<std::vector<relay::DkimKey>> dkim_keys() override;
    Result<std::optional<relay::DkimKey>> find_dkim_key(const base::DomainName& domain,
                                                        std::string_view selector) override;
    Result<base::Secret> dkim_private_key(std::int64_t id) override;
    Result<std::vector<relay::LastProbe>> last_probes() override;
    Result<std::optional<relay::LastProbe>> last_probe(relay::RelayId id) override;
    Result<std::map<std::string, std::string>> settings() override;

    Result<void> set_durability(relay::Durability durability) override;
    Result<void> begin() override;
    Result<void> commit() override;
    void rollback() noexcept override;

    Result<relay::RelayId> insert_relay(const relay::Relay& relay) override;
    Result<void> update_relay(const relay::Relay& relay) override;
    Result<void> delete_relay(relay::RelayId id) override;
    Result<void> set_relay_password(relay::RelayId id, const base::Secret& password) override;
    Result<void> insert_domain(const relay::Domain& domain) override;
    Result<void> delete_domain(const base::DomainName& name) override;
    Result<std::int64_t> insert_dkim_key(const relay::DkimKey& key, const base::Secret& private_key) override;
    Result<void> delete_dkim_key(std::int64_t id) override;
    Result<void> set_dkim_life(std::int64_t id, const relay::DkimLife& life) override;
    Result<void> set_last_probe(const relay::LastProbe& probe) override;
    Result<void> set_setting(std::string_view name, std::optional<std::string_view> value) override;
    Result<std::vector<relay::RelayDay>> relay_days(relay::Day day) override;
    Result<void> set_relay_day(const relay::RelayDay& day) override;
    Result<std::vector<relay::LogEntry>> log_entries(const relay::LogFilter& filter) override;
    Result<std::int64_t> append_log(const relay::LogEntry& entry) override;
    Result<void> prune_log(base::Time before) override;

  private:
    Result<std::vector<relay::Relay>> read_relays();
    Result<void> require_transaction() const;
    Result<void> insert_children(relay::RelayId id, const relay::Relay& relay);
    Result<void> delete_by_id(const char* sql, std::int64_t id);

    std::optional<Connection> connection_;
    relay::Durability durability_ = relay::Durability::power;
    Kept<std::vector<relay::Relay>> kept_relays_;
    Kept<std::map<std::string, std::string>> kept_settings_;
};

Result<std::vector<relay::Relay>> SqliteStore::relays() {
    if (!connection_) return std::vector<relay::Relay>();
    return kept_relays_.read(*connection_, [this] { return read_relays(); });
}

Result<std::map<std::string, std::string>> SqliteStore::settings() {
    if (!connection_) return std::map<std::string, std::string>();
    return kept_settings_.read(*connection_, [this] { return read_settings(*connection_); });
}

Result<std::vector<relay::Relay>> SqliteStore::read_relays() {
    std::vector<relay::Relay> relays;
    TRY(const auto snapshot, Snapshot::begin(*connection_));
    TRY(auto rows, connection_->prepare("SELECT " STORE_RELAY_COLUMNS " FROM relay ORDER BY name"));
    for (;;) {
        TRY(const bool found, rows.step());
        if (!found) break;
        TRY(auto relay, read_relay(rows));
        relays.push_back(std::move(relay));
    }
    RelayIndex index(relays);
    TRY(auto domains, connection_->prepare("SELECT relay_id, domain FROM relay_domain"));
    for (;;) {
        TRY(const bool found, domains.step());
        if (!found) break;
        TRY(auto domain, read_relay_domain(domains));
        if (auto* relay = index.find(domains.integer(0))) relay->domains.insert(std::move(domain));
    }
    TRY(auto types, connection_->prepare("SELECT relay_id, mail_type FROM relay_mail_type"));
    for (;;) {
        TRY(const bool found, types.step());
        if (!found) break;
        TRY(const auto type, read_relay_mail_type(types));
        if (auto* relay = index.find(types.integer(0))) relay->mail_types.insert(type);
    }
    TRY(auto egress, connection_->prepare("SELECT relay_id, address FROM relay_egress"));
    for (;;) {
        TRY(const bool found, egress.step());
        if (!found) break;
        TRY(const auto address, read_relay_egress(egress));
        if (auto* relay = index.find(egress.integer(0))) relay->egress_ips.insert(address);
    }
    return relays;
}

Result<std::optional<relay::Relay>> SqliteStore::find_relay(std::string_view name) {
    std::optional<relay::Relay> nothing;
    if (!connection_) return nothing;
    TRY(const auto snapshot, Snapshot::begin(*connection_));
    TRY(auto row, connection_->prepare("SELECT " STORE_RELAY_COLUMNS " FROM relay WHERE name = ?"));
    TRY(const bool exists, row.bind(name).step());
    if (!exists) return nothing;
    TRY(auto relay, read_relay(row));
    TRY(auto domains, connection_->prepare("SELECT relay_id, domain FROM relay_domain WHERE relay_id = ?"));
    domains.bind(relay.id);
    for (;;) {
        TRY(const bool found, domains.step());
        if (!found) break;
        TRY(auto domain, read_relay_domain(domains));
        relay.domains.insert(std::move(domain));
    }
    TRY(auto types,
        connection_->prepare("SELECT relay_id, mail_type FROM relay_mail_type WHERE relay_id = ?"));
    types.bind(relay.id);
    for (;;) {
        TRY(const bool found, types.step());
        if (!found) break;
        TRY(const auto type, read_relay_mail_type(types));
        relay.mail_types.insert(type);
    }
    TRY(auto egress, connection_->prepare("SELECT relay_id, address FROM relay_egress WHERE relay_id = ?"));
    egress.bind(relay.id);
    for (;;) {
        TRY(const bool found, egress.step());
        if (!found) break;
        TRY(const auto address, read_relay_egress(egress));
        relay.egress_ips.insert(address);
    }
    return std::optional(std::move(relay));
}

Result<base::Secret> SqliteStore::relay_password(relay::RelayId id) {
    if (!connection_) return base::Secret();
    TRY(auto row, connection_->prepare("SELECT password FROM relay_password WHERE relay_id = ?"));
    TRY(const bool found, row.bind(id).step());
    return found ? base::Secret(std::string(row.text(0))) : base::Secret();
}

Result<std::vector<relay::Domain>> SqliteStore::domains() {
    std::vector<relay::Domain> domains;
    if (!connection_) return domains;
    TRY(auto rows, connection_->prepare("SELECT name, created_at FROM domain ORDER BY name"));
    for (;;) {
        TRY(const bool found, rows.step());
        if (!found) return domains;
        TRY(auto domain, read_domain(rows));
        domains.push_back(std::move(domain));
    }
}

Result<std::vector<relay::DkimKey>> SqliteStore::dkim_keys() {
    if (!connection_) return std::vector<relay::DkimKey>();
    return read_dkim_keys(*connection_);
}

Result<std::optional<relay::DkimKey>> SqliteStore::find_dkim_key(const base::DomainName& domain,
                                                                 std::string_view selector) {
    std::optional<relay::DkimKey> nothing;
    if (!connection_) return nothing;
    TRY(auto row, connection_->prepare("SELECT " STORE_DKIM_KEY_COLUMNS
                                       " FROM dkim_key WHERE domain = ? AND selector = ?"));
    TRY(const bool found, row.bind(std::string_view(domain.ascii())).bind(selector).step());
    if (!found) return nothing;
    TRY(auto key, read_dkim_key(row));
    return std::optional(std::move(key));
}

Result<base::Secret> SqliteStore::dkim_private_key(std::int64_t id) {
    if (!connection_) return missing("the store has no such DKIM key");
    TRY(auto row, connection_->prepare("SELECT pem FROM dkim_private_key WHERE dkim_key_id = ?"));
    TRY(const bool found, row.bind(id).step());
    if (!found) return missing("the store has no such DKIM key");
    return base::Secret(std::string(row.text(0)));
}

Result<std::vector<relay::LastProbe>> SqliteStore::last_probes() {
    return connection_ ? read_last_probes(*connection_) : Result<std::vector<relay::LastProbe>>({});
}

Result<std::optional<relay::LastProbe>> SqliteStore::last_probe(relay::RelayId id) {
    return connection_ ? find_last_probe(*connection_, id)
                       : Result<std::optional<relay::LastProbe>>(std::nullopt);
}

// In WAL mode NORMAL leaves out the sync of each commit, and nothing else: the file is never damaged by it. Nor is a
// process that sends one message to wait for the disk when it ends.
Result<void> SqliteStore::set_durability(relay::Durability durability) {
    if (!connection_ || durability == durability_) return {};
    TRY_VOID(connection_->run(durability == relay::Durability::process ? "PRAGMA synchronous = NORMAL"
                                                                       : "PRAGMA synchronous = FULL"));
    connection_->move_log_at_close(durability == relay::Durability::power);
    durability_ = durability;
    return {};
}

Result<void> SqliteStore::begin() {
    if (!connection_ || connection_->is_read_only())
        return Error{.kind = ErrorKind::bug, .message = "the store was opened for reading only"};
    if (connection_->in_transaction())
        return Error{.kind = ErrorKind::bug, .message = "a transaction of the store is open already"};
    return connection_->run("BEGIN IMMEDIATE");
}

Result<void> SqliteStore::commit() {
    TRY_VOID(require_transaction());
    return connection_->run("COMMIT");
}

void SqliteStore::rollback() noexcept {
    kept_relays_.forget();
    kept_settings_.forget();
    if (connection_ && connection_->in_transaction()) static_cast<void>(connection_->run("ROLLBACK"));
}

// Also after a full disk, where SQLite has ended the transaction: the rest of it must not be kept.
Result<void> SqliteStore::require_transaction() const {
    if (connection_ && connection_->in_transaction()) return {};
    return Error{.kind = ErrorKind::bug, .message = "the store has no open transaction"};
}

Result<relay::RelayId> SqliteStore::insert_relay(const relay::Relay& relay) {
    TRY_VOID(require_transaction());
    TRY(auto insert,
        connection_->prepare("INSERT INTO relay (" STORE_RELAY_COLUMNS ") VALUES "
                             "(NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    bind_relay(insert, relay);
    const auto result = insert.run();
    if (is_duplicate(insert))
        return Error{.kind = ErrorKind::conflict,
                     .message = fmt::format("a relay named {} exists already", base::quoted(relay.name))};
    TRY_VOID(result);
    const relay::RelayId id = connection_->last_id();
    TRY_VOID(insert_children(id, relay));
    return id;
}

Result<void> SqliteStore::insert_children(relay::RelayId id, const relay::Relay& relay) {
    for (const auto& domain : relay.domains) {
        TRY(auto insert, connection_->prepare("INSERT INTO relay_domain (relay_id, domain) VALUES (?, ?)"));
        const auto text = domain.to_string();
        TRY_VOID(insert.bind(id).bind(std::string_view(text)).run());
    }
    for (const auto type : relay.mail_types) {
        TRY(auto insert,
            connection_->prepare("INSERT INTO relay_mail_type (relay_id, mail_type) VALUES (?, ?)"));
        TRY_VOID(insert.bind(id).bind(relay::to_string(type)).run());
    }
    for (const auto& address : relay.egress_ips) {
        TRY(auto insert, connection_->prepare("INSERT INTO relay_egress (relay_id, address) VALUES (?, ?)"));
        const auto text = address.to_string();
        TRY_VOID(insert.bind(id).bind(std::string_view(text)).run());
    }
    return {};
}

Result<void> SqliteStore::update_relay(const relay::Relay& relay) {
    TRY_VOID(require_transaction());
    TRY(auto update, connection_->prepare(
                         "UPDATE relay SET (name, host, port, security, verify_certificate, ca_file, "
                         "fingerprint, daily_limit, priority, dkim_selector, return_path, login_user, "
                         "password_source, password_command, fallback, enabled, description, created_at, "
                         "changed_at, limit_unit) = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                         "?, ?) "
                         "WHERE id = ?"));
    bind_relay(update, relay);
    const auto result = update.bind(relay.id).run();
    if (is_duplicate(update))
        return Error{.kind = ErrorKind::conflict,
                     .message = fmt::format("a relay named {} exists already", base::quoted(relay.name))};
    TRY_VOID(result);
    if (!connection_->changed_rows())
        return missing(fmt::format("the store has no relay {} any more", base::quoted(relay.name)));
    for (const char* sql :
         {"DELETE FROM relay_domain WHERE relay_id = ?", "DELETE FROM relay_mail_type WHERE relay_id = ?",
          "DELETE FROM relay_egress WHERE relay_id = ?"}) {
        TRY(auto remove, connection_->prepare(sql));
        TRY_VOID(remove.bind(relay.id).run());
    }
    return insert_children(relay.id, relay);
}

Result<void> SqliteStore::delete_by_id(const char* sql, std::int64_t id) {
    TRY_VOID(require_transaction());
    TRY(auto remove, connection_->prepare(sql));
    return remove.bind(id).run();
}

Result<void> SqliteStore::delete_relay(relay::RelayId id) {
    TRY_VOID(delete_by_id("DELETE FROM relay WHERE id = ?", id));
    if (!connection_->changed_rows()) return missing("the store has no such relay any more");
    return {};
}

Result<void> SqliteStore::set_relay_password(relay::RelayId id, const base::Secret& password) {
    if (password.empty()) return delete_by_id("DELETE FROM relay_password WHERE relay_id = ?", id);
    TRY_VOID(require_transaction());
    TRY(auto set, connection_->prepare("INSERT INTO relay_password (relay_id, password) VALUES (?, ?) "
                                       "ON CONFLICT (relay_id) DO UPDATE SET password = excluded.password"));
    auto result = set.bind(id).bind(password).run();
    if (set.fault() == SQLITE_CONSTRAINT_FOREIGNKEY) return missing("the store has no such relay any more");
    return result;
}

Result<void> SqliteStore::insert_domain(const relay::Domain& domain) {
    TRY_VOID(require_transaction());
    TRY(auto insert, connection_->prepare("INSERT INTO domain (name, created_at) VALUES (?, ?) "
                                          "ON CONFLICT (name) DO NOTHING"));
    return insert.bind(std::string_view(domain.name.ascii()))
        .bind(std::int64_t{domain.created_at.time_since_epoch().count()})
        .run();
}

Result<void> SqliteStore::delete_domain(const base::DomainName& name) {
    TRY_VOID(require_transaction());
    TRY(auto remove, connection_->prepare("DELETE FROM domain WHERE name = ?"));
    TRY_VOID(remove.bind(std::string_view(name.ascii())).run());
    if (!connection_->changed_rows()) return missing("the store has no domain " + name.ascii());
    return {};
}

Result<std::int64_t> SqliteStore::insert_dkim_key(const relay::DkimKey& key,
                                                  const base::Secret& private_key) {
    TRY_VOID(require_transaction());
    TRY(auto insert, connection_->prepare("INSERT INTO dkim_key (" STORE_DKIM_KEY_COLUMNS ") VALUES "
                                          "(NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    bind_dkim_key(insert, key);
    const auto result = insert.run();
    if (is_duplicate(insert))
        return Error{
            .kind = ErrorKind::conflict,
            .message = fmt::format("a key {} of {} exists already", key.selector, key.domain.ascii())};
    TRY_VOID(result);
    const auto id = connection_->last_id();
    TRY(auto secret, connection_->prepare("INSERT INTO dkim_private_key (dkim_key_id, pem) VALUES (?, ?)"));
    TRY_VOID(secret.bind(id).bind(private_key).run());
    return id;
}

Result<void> SqliteStore::delete_dkim_key(std::int64_t id) {
    TRY_VOID(delete_by_id("DELETE FROM dkim_key WHERE id = ?", id));
    if (!connection_->changed_rows()) return missing("the store has no such DKIM key any more");
    return {};
}

Result<void> SqliteStore::set_dkim_life(std::int64_t id, const relay::DkimLife& life) {
    TRY_VOID(require_transaction());
    TRY_VOID(write_dkim_life(*connection_, id, life));
    if (!connection_->changed_rows()) return missing("the store has no such DKIM key any more");
    return {};
}

Result<void> SqliteStore::set_last_probe(const relay::LastProbe& probe) {
    TRY_VOID(require_transaction());
    return write_last_probe(*connection_, probe);
}

Result<void> SqliteStore::set_setting(std::string_view name, std::optional<std::string_view> value) {
    TRY_VOID(require_transaction());
    return write_setting(*connection_, name, value);
}

Result<std::vector<relay::RelayDay>> SqliteStore::relay_days(relay::Day day) {
    if (!connection_) return std::vector<relay::RelayDay>();
    return read_relay_days(*connection_, day);
}

Result<void> SqliteStore::set_relay_day(const relay::RelayDay& day) {
    TRY_VOID(require_transaction());
    return write_relay_day(*connection_, day);
}

Result<std::vector<relay::LogEntry>> SqliteStore::log_entries(const relay::LogFilter& filter) {
    if (!connection_) return std::vector<relay::LogEntry>();
    return read_log(*connection_, filter);
}

Result<std::int64_t> SqliteStore::append_log(const relay::LogEntry& entry) {
    TRY_VOID(require_transaction());
    return write_log(*connection_, entry);
}

Result<void> SqliteStore::prune_log(base::Time before) {
    TRY_VOID(require_transaction());
    return delete_log(*connection_, before);
}

}  // namespace

Result<std::unique_ptr<relay::Store>> open_store(const std::filesystem::path& path, Mode mode,
                                                 std::chrono::milliseconds busy_timeout) {
    TRY(auto connection, open_connection(path, mode, busy_timeout));
    return std::unique_ptr<relay::Store>(std::make_unique<SqliteStore>(std::move(connection)));
}

}  // namespace store
