// A relay::Store in memory, with transactions that roll back, and failures on demand.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "relay/store.hpp"

namespace test {

class MemoryStore : public relay::Store {
  public:
    // Operations are counted from 0; the one with this number and all later ones fail with kind io.
    std::optional<int> fail_from = {};
    int operations = 0;
    int commits = 0;

    MemoryStore();
    ~MemoryStore() override;

    base::Result<std::vector<relay::Relay>> relays() override;
    base::Result<std::optional<relay::Relay>> find_relay(std::string_view name) override;
    base::Result<base::Secret> relay_password(relay::RelayId id) override;
    base::Result<std::vector<relay::Domain>> domains() override;
    base::Result<std::vector<relay::DkimKey>> dkim_keys() override;
    base::Result<std::optional<relay::DkimKey>> find_dkim_key(const base::DomainName& domain,
                                                              std::string_view selector) override;
    base::Result<std::optional<std::string>> find_deleted_dkim_key(const base::DomainName& domain,
                                                                   std::string_view selector) override;
    base::Result<base::Secret> dkim_private_key(std::int64_t id) override;

    base::Result<std::vector<relay::LastProbe>> last_probes() override;
    base::Result<std::optional<relay::LastProbe>> last_probe(relay::RelayId id) override;

    base::Result<std::map<std::string, std::string>> settings() override;

    base::Result<void> begin() override;
    base::Result<void> commit() override;
    void rollback() noexcept override;

    base::Result<relay::RelayId> insert_relay(const relay::Relay& relay) override;
    base::Result<void> update_relay(const relay::Relay& relay) override;
    base::Result<void> delete_relay(relay::RelayId id) override;
    base::Result<void> set_relay_password(relay::RelayId id, const base::Secret& password) override;
    base::Result<void> insert_domain(const relay::Domain& domain) override;
    base::Result<void> delete_domain(const base::DomainName& name) override;
    base::Result<std::int64_t> insert_dkim_key(const relay::DkimKey& key,
                                               const base::Secret& private_key) override;
    base::Result<void> delete_dkim_key(std::int64_t id) override;

    base::Result<void> set_dkim_life(std::int64_t id, const relay::DkimLife& life) override;

    base::Result<void> set_last_probe(const relay::LastProbe& probe) override;

    base::Result<void> set_setting(std::string_view name, std::optional<std::string_view> value) override;
    base::Result<std::vector<relay::RelayDay>> relay_days(relay::Day day) override;
    base::Result<void> set_relay_day(const relay::RelayDay& day) override;
    base::Result<std::vector<relay::LogEntry>> log_entries(const relay::LogFilter& filter) override;
    base::Result<std::int64_t> append_log(const relay::LogEntry& entry) override;
    base::Result<void> prune_log(base::Time before) override;

    base::Result<std::vector<relay::Region>> regions() override;
    base::Result<std::vector<relay::NetworkSnapshot>> network_snapshots() override;
    base::Result<void> set_dkim_note(std::int64_t id, std::string_view note) override;
    base::Result<void> set_region(const relay::Region& region) override;
    base::Result<void> delete_region(std::string_view name) override;
    base::Result<void> set_network_snapshot(const relay::NetworkSnapshot& snapshot) override;
    base::Result<void> delete_network_snapshot(std::string_view region) override;

    // It keeps no history: that is tested with the real store.
    void keep_history(relay::Origin, const base::Clock&) override {}
    base::Result<std::vector<relay::Change>> changes() override { return std::vector<relay::Change>(); }
    std::optional<relay::ChangeId> last_change() const override { return std::nullopt; }
    base::Result<std::unique_ptr<relay::Store>> at(relay::ChangeId) override { return gone("change"); }
    base::Result<void> undo_change(relay::ChangeId) override { return gone("change"); }

  private:
    struct Data {
        std::vector<relay::Relay> relays;
        std::map<relay::RelayId, base::Secret> passwords;
        std::vector<relay::Domain> domains;
        std::vector<relay::DkimKey> keys;
        std::map<std::int64_t, base::Secret> private_keys;
        std::map<std::string, std::string> deleted_keys;  // name -> public key
        std::map<relay::RelayId, relay::LastProbe> probes;
        std::map<std::string, std::string> settings;
        std::map<std::pair<relay::RelayId, relay::Day>, relay::RelayDay> days;
        std::vector<relay::LogEntry> log;
        std::map<std::string, relay::Region> regions;
        std::map<std::string, relay::NetworkSnapshot> snapshots;
        std::int64_t last_id = 0;
    };

    static base::Error gone(const std::string& what);
    static base::Error taken(const std::string& what);
    base::Result<void> step();
    base::Result<void> write();
    void need_transaction() const;

    Data data_;
    std::optional<Data> saved_;
};

// A Clock that stands still until it is set.
class FixedClock final : public base::Clock {
  public:
    explicit FixedClock(std::string_view rfc3339) : time(base::parse_rfc3339(rfc3339).value()) {}
    base::Time now() const override { return time; }
    base::Time time;
};

}  // namespace test
