// The store of relays, domains and DKIM keys, in the domain's terms. No SQL shows here: a second
// implementation for a fleet of machines can stand beside the SQLite one.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "relay/change.hpp"
#include "relay/last_probe.hpp"
#include "relay/log_entry.hpp"
#include "relay/relay.hpp"
#include "relay/relay_day.hpp"

namespace relay {

// Errors of every operation: io (unreadable, full disk, read-only, not a store, newer version), conflict
// (locked by another process for longer than the busy timeout).
// What a committed transaction outlives.
enum class Durability {
    power,    // everything, a loss of power too
    process,  // the process, however it ends, and other processes see it; a loss of power may take the last
              // ones back
};

class Store {
  public:
    virtual ~Store() = default;

    virtual base::Result<std::vector<Relay>> relays() = 0;  // by name
    virtual base::Result<std::optional<Relay>> find_relay(std::string_view name) = 0;
    virtual base::Result<base::Secret> relay_password(RelayId id) = 0;  // empty = none
    virtual base::Result<std::vector<Domain>> domains() = 0;            // by name
    virtual base::Result<std::vector<DkimKey>> dkim_keys() = 0;         // by domain, selector
    virtual base::Result<std::optional<DkimKey>> find_dkim_key(const base::DomainName& domain,
                                                               std::string_view selector) = 0;
    // The public half of the last key that had the name and was deleted, in whatever way; nullopt = none was.
    virtual base::Result<std::optional<std::string>> find_deleted_dkim_key(const base::DomainName& domain,
                                                                           std::string_view selector) = 0;
    virtual base::Result<base::Secret> dkim_private_key(std::int64_t id) = 0;  // PKCS#8 PEM
    virtual base::Result<std::vector<LastProbe>> last_probes() = 0;            // by relay id
    virtual base::Result<std::optional<LastProbe>> last_probe(RelayId id) = 0;
    virtual base::Result<std::map<std::string, std::string>>
    settings() = 0;                                                       // name -> value, see setting.hpp
    virtual base::Result<std::vector<RelayDay>> relay_days(Day day) = 0;  // by relay id
    virtual base::Result<std::vector<LogEntry>> log_entries(const LogFilter& filter) = 0;  // oldest first

    // Of the transactions that begin from now on; at first, power.
    virtual base::Result<void> set_durability(Durability) { return {}; }

    virtual base::Result<std::vector<Region>> regions() = 0;  // by name
    virtual base::Result<std::vector<NetworkSnapshot>>
    network_snapshots() = 0;  // by region; of deleted ones too

    // What is committed from now on is a person's: it becomes one change of the history, with what is needed
    // to take it back. Without this, nothing written is in the history.
    virtual void keep_history(Origin origin, const base::Clock& clock) = 0;  // the clock outlives the store
    virtual base::Result<std::vector<Change>> changes() = 0;                 // newest first; undone_by is set
    virtual std::optional<ChangeId> last_change() const = 0;  // of the last commit(); nullopt = it made none
    // The store as it was when that change was made, for reading; without secrets, probes, days and log.
    // Errors: not_found; conflict, where something outside the history stands in the way.
    virtual base::Result<std::unique_ptr<Store>> at(ChangeId id) = 0;

    // A write transaction: begin() takes the write lock; nothing is kept without commit(). Use Transaction.
    virtual base::Result<void> begin() = 0;
    virtual base::Result<void> commit() = 0;
    virtual void rollback() noexcept = 0;

    // Inside a transaction only. They store what they are given: the rules are checked before, in app.
    virtual base::Result<RelayId> insert_relay(const Relay& relay) = 0;  // relay.id is ignored
    virtual base::Result<void> update_relay(const Relay& relay) = 0;     // by relay.id; not_found if gone
    virtual base::Result<void> delete_relay(RelayId id) = 0;             // with its password
    virtual base::Result<void> set_relay_password(RelayId id,
                                                  const base::Secret& password) = 0;  // empty = remove
    virtual base::Result<void> insert_domain(const Domain& domain) = 0;  // no effect if it is there
    virtual base::Result<void> delete_domain(const base::DomainName& name) = 0;
    virtual base::Result<std::int64_t> insert_dkim_key(const DkimKey& key,
                                                       const base::Secret& private_key) = 0;
    virtual base::Result<void> delete_dkim_key(std::int64_t id) = 0;
    virtual base::Result<void> set_dkim_life(std::int64_t id, const DkimLife& life) = 0;  // not_found if gone
    // In place of the one before; no effect if the relay is gone, with which it goes.
    virtual base::Result<void> set_last_probe(const LastProbe& probe) = 0;
    // nullopt = forget it, no effect if it is not there.
    virtual base::Result<void> set_setting(std::string_view name, std::optional<std::string_view> value) = 0;
    virtual base::Result<void> set_relay_day(const RelayDay& day) = 0;         // in place of the one before
    virtual base::Result<std::int64_t> append_log(const LogEntry& entry) = 0;  // entry.id is ignored
    virtual base::Result<void> prune_log(base::Time before) = 0;
    virtual base::Result<void> set_dkim_note(std::int64_t id,
                                             std::string_view note) = 0;  // not_found if gone
    virtual base::Result<void> set_region(const Region& region) = 0;      // in place of the one before
    virtual base::Result<void> delete_region(std::string_view name) = 0;  // its snapshot stays; not_found
    virtual base::Result<void> set_network_snapshot(
        const NetworkSnapshot& snapshot) = 0;  // in place of the one before
    virtual base::Result<void> delete_network_snapshot(std::string_view region) = 0;  // if there is one
    // Takes back what the change did, all of it; secrets do not come back. Becomes a change that undoes it.
    // The rules are checked by the caller. Errors: not_found; conflict, when what it changed is different
    // now.
    virtual base::Result<void> undo_change(ChangeId id) = 0;
};

// Rolls back at the end of its scope unless commit() was called.
class Transaction {
  public:
    static base::Result<Transaction> begin(Store& store, Durability durability = Durability::power) {
        TRY_VOID(store.set_durability(durability));
        TRY_VOID(store.begin());
        return Transaction(store);
    }
    Transaction(Transaction&& other) noexcept : store_(std::exchange(other.store_, nullptr)) {}
    Transaction& operator=(Transaction&&) = delete;
    ~Transaction() {
        if (store_ != nullptr) store_->rollback();
    }
    base::Result<void> commit() {
        TRY_VOID(store_->commit());
        store_ = nullptr;
        return {};
    }

  private:
    explicit Transaction(Store& store) : store_(&store) {}
    Store* store_;
};

}  // namespace relay
