#include "store/sqlite_store.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "store/change_rows.hpp"
#include "store/dkim_rows.hpp"
#include "store/domain_rows.hpp"
#include "store/kept.hpp"
#include "store/mail_rows.hpp"
#include "store/open.hpp"
#include "store/past.hpp"
#include "store/probe_rows.hpp"
#include "store/recorder.hpp"
#include "store/region_rows.hpp"
#include "store/relay_rows.hpp"
#include "store/rows.hpp"
#include "store/setting_rows.hpp"
#include "store/sqlite.hpp"

namespace store {

using base::Error;
using base::ErrorKind;
using base::Result;

namespace {

class SqliteStore final : public relay::Store {
  public:
    enum class Passwords { kept, left_out };
    // nullopt = there is no file: everything reads as empty.
    explicit SqliteStore(std::optional<Connection> connection, Passwords passwords = Passwords::kept)
        : connection_(std::move(connection)), passwords_(passwords) {}

    Result<std::vector<relay::Relay>> relays() override;
    Result<std::optional<relay::Relay>> find_relay(std::string_view name) override;
    Result<base::Secret> relay_password(relay::RelayId id) override;
    Result<std::vector<relay::Domain>> domains() override;
    Result<std::vector<relay::DkimKey>> dkim_keys() override;
    Result<std::optional<relay::DkimKey>> find_dkim_key(const base::DomainName& domain,
                                                        std::string_view selector) override;
    Result<std::optional<std::string>> find_deleted_dkim_key(const base::DomainName& domain,
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
    Result<std::vector<relay::Region>> regions() override;
    Result<std::vector<relay::NetworkSnapshot>> network_snapshots() override;
    Result<void> set_dkim_note(std::int64_t id, std::string_view text) override;
    Result<void> set_region(const relay::Region& region) override;
    Result<void> delete_region(std::string_view name) override;
    Result<void> set_network_snapshot(const relay::NetworkSnapshot& snapshot) override;
    Result<void> delete_network_snapshot(std::string_view region) override;

    void keep_history(relay::Origin origin, const base::Clock& clock) override;
    Result<std::vector<relay::Change>> changes() override;
    std::optional<relay::ChangeId> last_change() const override { return last_change_; }
    Result<std::unique_ptr<relay::Store>> at(relay::ChangeId id) override;
    Result<void> undo_change(relay::ChangeId id) override;

  private:
    struct History {
        relay::Origin origin;
        const base::Clock* clock;
    };
    Result<void> require_transaction() const;
    Result<void> delete_by_id(const char* sql, std::int64_t id);
    // Before a write: for the history, when it is kept.
    template <class... Args>
    Result<void> note(Result<void> (Recorder::*before)(Args...), std::type_identity_t<Args>... args) {
        TRY_VOID(require_transaction());
        return recorder_ ? ((*recorder_).*before)(args...) : Result<void>();
    }

    std::optional<Connection> connection_;
    Passwords passwords_;
    relay::Durability durability_ = relay::Durability::power;
    Kept<std::vector<relay::Relay>> kept_relays_;
    Kept<std::map<std::string, std::string>> kept_settings_;
    std::optional<History> history_ = {};
    std::optional<Recorder> recorder_ = {};  // of the transaction that is open
    std::optional<relay::ChangeId> last_change_ = {};
};

Result<std::vector<relay::Relay>> SqliteStore::relays() {
    if (!connection_) return std::vector<relay::Relay>();
    return kept_relays_.read(*connection_, [this]() -> Result<std::vector<relay::Relay>> {
        TRY(const auto snapshot, Snapshot::begin(*connection_));
        TRY(auto relays, read_relays(*connection_));
        if (passwords_ == Passwords::kept) TRY_VOID(mark_missing_passwords(*connection_, relays));
        return relays;
    });
}

Result<std::map<std::string, std::string>> SqliteStore::settings() {
    if (!connection_) return std::map<std::string, std::string>();
    return kept_settings_.read(*connection_, [this] { return read_settings(*connection_); });
}

Result<std::optional<relay::Relay>> SqliteStore::find_relay(std::string_view name) {
    if (!connection_) return std::optional<relay::Relay>();
    TRY(const auto snapshot, Snapshot::begin(*connection_));
    TRY(auto relay, store::find_relay(*connection_, name));
    if (!relay || passwords_ == Passwords::left_out) return relay;
    std::vector<relay::Relay> one = {std::move(*relay)};
    TRY_VOID(mark_missing_passwords(*connection_, one));
    return std::optional(std::move(one.front()));
}

Result<base::Secret> SqliteStore::relay_password(relay::RelayId id) {
    if (!connection_) return base::Secret();
    return read_password(*connection_, id);
}

Result<std::vector<relay::Domain>> SqliteStore::domains() {
    if (!connection_) return std::vector<relay::Domain>();
    return read_domains(*connection_);
}

Result<std::vector<relay::DkimKey>> SqliteStore::dkim_keys() {
    if (!connection_) return std::vector<relay::DkimKey>();
    return read_dkim_keys(*connection_);
}

Result<std::optional<relay::DkimKey>> SqliteStore::find_dkim_key(const base::DomainName& domain,
                                                                 std::string_view selector) {
    if (!connection_) return std::optional<relay::DkimKey>();
    return store::find_dkim_key(*connection_, domain, selector);
}

Result<std::optional<std::string>> SqliteStore::find_deleted_dkim_key(const base::DomainName& domain,
                                                                      std::string_view selector) {
    if (!connection_) return std::optional<std::string>();
    return store::find_deleted_dkim_key(*connection_, domain, selector);
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

// In WAL mode NORMAL leaves out the sync of each commit, and nothing else: the file is never damaged by it.
// Nor is a process that sends one message to wait for the disk when it ends.
Result<void> SqliteStore::set_durability(relay::Durability durability) {
    if (!connection_ || durability == durability_) return {};
    TRY_VOID(connection_->run(durability == relay::Durability::process ? "PRAGMA synchronous = NORMAL"
                                                                       : "PRAGMA synchronous = FULL"));
    connection_->move_log_at_close(durability == relay::Durability::power);
    durability_ = durability;
    return {};
}

Result<std::vector<relay::Region>> SqliteStore::regions() {
    if (!connection_) return std::vector<relay::Region>();
    return read_regions(*connection_);
}

Result<std::vector<relay::NetworkSnapshot>> SqliteStore::network_snapshots() {
    if (!connection_) return std::vector<relay::NetworkSnapshot>();
    return read_network_snapshots(*connection_);
}

void SqliteStore::keep_history(relay::Origin origin, const base::Clock& clock) {
    history_ = History{.origin = std::move(origin), .clock = &clock};
}

Result<std::vector<relay::Change>> SqliteStore::changes() {
    if (!connection_) return std::vector<relay::Change>();
    return read_changes(*connection_);
}

Result<std::unique_ptr<relay::Store>> SqliteStore::at(relay::ChangeId id) {
    if (!connection_) return no_such_change(id);
    TRY(auto past, open_past(*connection_, id));
    return std::unique_ptr<relay::Store>(
        std::make_unique<SqliteStore>(std::move(past), SqliteStore::Passwords::left_out));
}

Result<void> SqliteStore::begin() {
    if (!connection_ || connection_->is_read_only())
        return Error{.kind = ErrorKind::bug, .message = "the store was opened for reading only"};
    if (connection_->in_transaction())
        return Error{.kind = ErrorKind::bug, .message = "a transaction of the store is open already"};
    recorder_.reset();
    TRY_VOID(connection_->run("BEGIN IMMEDIATE"));
    if (!history_) return {};
    auto recorder = Recorder::begin(*connection_);
    if (recorder.has_value())
        recorder_.emplace(std::move(*recorder));
    else
        rollback();
    return recorder.has_value() ? Result<void>() : Result<void>(recorder.error());
}

Result<void> SqliteStore::commit() {
    TRY_VOID(require_transaction());
    std::optional<relay::ChangeId> change;
    if (recorder_) {
        TRY(change, recorder_->finish(history_->origin, history_->clock->now()));
        recorder_.reset();
    }
    TRY_VOID(connection_->run("COMMIT"));
    last_change_ = change;
    return {};
}

void SqliteStore::rollback() noexcept {
    kept_relays_.forget();
    kept_settings_.forget();
    recorder_.reset();
    if (connection_ && connection_->in_transaction()) static_cast<void>(connection_->run("ROLLBACK"));
}

// Also after a full disk, where SQLite has ended the transaction: the rest of it must not be kept.
Result<void> SqliteStore::require_transaction() const {
    if (connection_ && connection_->in_transaction()) return {};
    return Error{.kind = ErrorKind::bug, .message = "the store has no open transaction"};
}

Result<relay::RelayId> SqliteStore::insert_relay(const relay::Relay& relay) {
    TRY_VOID(note(&Recorder::note_relay_name, relay.name));
    return store::insert_relay(*connection_, relay);
}

Result<void> SqliteStore::update_relay(const relay::Relay& relay) {
    TRY_VOID(note(&Recorder::note_relay, relay.id));
    return store::update_relay(*connection_, relay);
}

Result<void> SqliteStore::delete_by_id(const char* sql, std::int64_t id) {
    TRY_VOID(require_transaction());
    TRY(auto remove, connection_->prepare(sql));
    return remove.bind(id).run();
}

Result<void> SqliteStore::delete_relay(relay::RelayId id) {
    TRY_VOID(note(&Recorder::note_relay, id));
    TRY_VOID(delete_by_id("DELETE FROM relay WHERE id = ?", id));
    if (!connection_->changed_rows()) return missing("the store has no such relay any more");
    return {};
}

Result<void> SqliteStore::set_relay_password(relay::RelayId id, const base::Secret& password) {
    TRY_VOID(note(&Recorder::note_password, id, password));
    kept_relays_.forget();
    return write_password(*connection_, id, password);
}

Result<void> SqliteStore::insert_domain(const relay::Domain& domain) {
    TRY_VOID(note(&Recorder::note_domain, domain.name));
    return write_domain(*connection_, domain);
}

Result<void> SqliteStore::delete_domain(const base::DomainName& name) {
    TRY_VOID(note(&Recorder::note_domain, name));
    TRY(auto remove, connection_->prepare("DELETE FROM domain WHERE name = ?"));
    TRY_VOID(remove.bind(std::string_view(name.ascii())).run());
    if (!connection_->changed_rows()) return missing("the store has no domain " + name.ascii());
    return {};
}

Result<std::int64_t> SqliteStore::insert_dkim_key(const relay::DkimKey& key,
                                                  const base::Secret& private_key) {
    TRY_VOID(note(&Recorder::note_dkim_key_name, key.domain, key.selector));
    return write_dkim_key(*connection_, key, private_key);
}

Result<void> SqliteStore::delete_dkim_key(std::int64_t id) {
    TRY_VOID(note(&Recorder::note_dkim_key, id));
    TRY_VOID(delete_by_id("DELETE FROM dkim_key WHERE id = ?", id));
    if (!connection_->changed_rows()) return missing("the store has no such DKIM key any more");
    return {};
}

Result<void> SqliteStore::set_dkim_life(std::int64_t id, const relay::DkimLife& life) {
    TRY_VOID(note(&Recorder::note_dkim_key, id));
    TRY_VOID(write_dkim_life(*connection_, id, life));
    if (!connection_->changed_rows()) return missing("the store has no such DKIM key any more");
    return {};
}

Result<void> SqliteStore::set_dkim_note(std::int64_t id, std::string_view text) {
    TRY_VOID(note(&Recorder::note_dkim_key, id));
    TRY(auto update, connection_->prepare("UPDATE dkim_key SET note = ? WHERE id = ?"));
    TRY_VOID(update.bind(text).bind(id).run());
    if (!connection_->changed_rows()) return missing("the store has no such DKIM key any more");
    return {};
}

Result<void> SqliteStore::set_setting(std::string_view name, std::optional<std::string_view> value) {
    TRY_VOID(note(&Recorder::note_setting, name));
    return write_setting(*connection_, name, value);
}

Result<void> SqliteStore::set_region(const relay::Region& region) {
    TRY_VOID(note(&Recorder::note_region, region.name));
    return write_region(*connection_, region);
}

Result<void> SqliteStore::delete_region(std::string_view name) {
    TRY_VOID(note(&Recorder::note_region, name));
    TRY(auto remove, connection_->prepare("DELETE FROM region WHERE name = ?"));
    TRY_VOID(remove.bind(name).run());
    if (!connection_->changed_rows()) return missing("the store has no region " + base::quoted(name));
    return {};
}

Result<void> SqliteStore::set_network_snapshot(const relay::NetworkSnapshot& snapshot) {
    TRY_VOID(require_transaction());
    return write_network_snapshot(*connection_, snapshot);
}

Result<void> SqliteStore::delete_network_snapshot(std::string_view region) {
    TRY_VOID(require_transaction());
    return remove_network_snapshot(*connection_, region);
}

Result<void> SqliteStore::undo_change(relay::ChangeId id) {
    TRY_VOID(require_transaction());
    if (!recorder_) return Error{.kind = ErrorKind::bug, .message = "an undo without a history"};
    TRY(const auto changes, read_changes(*connection_));
    const auto change =
        std::find_if(changes.begin(), changes.end(), [&](const auto& each) { return each.id == id; });
    if (change == changes.end()) return no_such_change(id);
    TRY_VOID(recorder_->note_things(*change));
    recorder_->undoes(id);
    TRY(const auto changeset, read_changeset(*connection_, id));
    return apply_inverse(*connection_, changeset);
}

Result<void> SqliteStore::set_last_probe(const relay::LastProbe& probe) {
    TRY_VOID(require_transaction());
    return write_last_probe(*connection_, probe);
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
