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

    base::Result<std::vector<relay::Relay>> relays() override {
        TRY_VOID(step());
        auto result = data_.relays;
        std::sort(result.begin(), result.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
        return result;
    }
    base::Result<std::optional<relay::Relay>> find_relay(std::string_view name) override {
        TRY_VOID(step());
        for (const auto& relay : data_.relays)
            if (relay.name == name) return std::optional<relay::Relay>(relay);
        return std::optional<relay::Relay>();
    }
    base::Result<base::Secret> relay_password(relay::RelayId id) override {
        TRY_VOID(step());
        const auto found = data_.passwords.find(id);
        return found == data_.passwords.end() ? base::Secret() : found->second;
    }
    base::Result<std::vector<relay::Domain>> domains() override {
        TRY_VOID(step());
        auto result = data_.domains;
        std::sort(result.begin(), result.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
        return result;
    }
    base::Result<std::vector<relay::DkimKey>> dkim_keys() override {
        TRY_VOID(step());
        auto result = data_.keys;
        std::sort(result.begin(), result.end(), [](const auto& a, const auto& b) {
            return std::tie(a.domain, a.selector) < std::tie(b.domain, b.selector);
        });
        return result;
    }
    base::Result<std::optional<relay::DkimKey>> find_dkim_key(const base::DomainName& domain,
                                                              std::string_view selector) override {
        TRY_VOID(step());
        for (const auto& key : data_.keys)
            if (key.domain == domain && key.selector == selector) return std::optional<relay::DkimKey>(key);
        return std::optional<relay::DkimKey>();
    }
    base::Result<std::optional<std::string>> find_deleted_dkim_key(const base::DomainName& domain,
                                                                   std::string_view selector) override {
        TRY_VOID(step());
        const auto found = data_.deleted_keys.find(std::string(selector) + "@" + domain.ascii());
        if (found == data_.deleted_keys.end()) return std::optional<std::string>();
        return std::optional(found->second);
    }
    base::Result<base::Secret> dkim_private_key(std::int64_t id) override {
        TRY_VOID(step());
        const auto found = data_.private_keys.find(id);
        if (found == data_.private_keys.end()) return gone("DKIM key");
        return found->second;
    }

    base::Result<std::vector<relay::LastProbe>> last_probes() override {
        TRY_VOID(step());
        std::vector<relay::LastProbe> result;
        for (const auto& [id, probe] : data_.probes)
            result.push_back(probe);
        return result;
    }
    base::Result<std::optional<relay::LastProbe>> last_probe(relay::RelayId id) override {
        TRY_VOID(step());
        const auto found = data_.probes.find(id);
        if (found == data_.probes.end()) return std::optional<relay::LastProbe>();
        return std::optional<relay::LastProbe>(found->second);
    }

    base::Result<std::map<std::string, std::string>> settings() override {
        TRY_VOID(step());
        return data_.settings;
    }

    base::Result<void> begin() override {
        TRY_VOID(step());
        if (saved_) throw std::logic_error("a transaction inside a transaction");
        saved_ = data_;
        return {};
    }
    base::Result<void> commit() override {
        TRY_VOID(step());
        need_transaction();
        saved_.reset();
        ++commits;
        return {};
    }
    void rollback() noexcept override {
        if (saved_) data_ = std::move(*saved_);
        saved_.reset();
    }

    base::Result<relay::RelayId> insert_relay(const relay::Relay& relay) override {
        TRY_VOID(write());
        if (std::any_of(data_.relays.begin(), data_.relays.end(),
                        [&](const auto& other) { return other.name == relay.name; }))
            return taken("relay " + relay.name);
        data_.relays.push_back(relay);
        data_.relays.back().id = ++data_.last_id;
        return data_.last_id;
    }
    base::Result<void> update_relay(const relay::Relay& relay) override {
        TRY_VOID(write());
        for (auto& other : data_.relays) {
            if (other.id != relay.id) continue;
            other = relay;
            return {};
        }
        return gone("relay");
    }
    base::Result<void> delete_relay(relay::RelayId id) override {
        TRY_VOID(write());
        data_.passwords.erase(id);
        data_.probes.erase(id);
        const auto count = std::erase_if(data_.relays, [&](const auto& relay) { return relay.id == id; });
        if (count == 0) return gone("relay");
        return {};
    }
    base::Result<void> set_relay_password(relay::RelayId id, const base::Secret& password) override {
        TRY_VOID(write());
        data_.passwords.erase(id);
        if (!password.empty()) data_.passwords.emplace(id, password);
        return {};
    }
    base::Result<void> insert_domain(const relay::Domain& domain) override {
        TRY_VOID(write());
        for (const auto& other : data_.domains)
            if (other.name == domain.name) return {};
        data_.domains.push_back(domain);
        return {};
    }
    base::Result<void> delete_domain(const base::DomainName& name) override {
        TRY_VOID(write());
        const auto count =
            std::erase_if(data_.domains, [&](const auto& domain) { return domain.name == name; });
        if (count == 0) return gone("domain");
        return {};
    }
    base::Result<std::int64_t> insert_dkim_key(const relay::DkimKey& key,
                                               const base::Secret& private_key) override {
        TRY_VOID(write());
        for (const auto& other : data_.keys)
            if (other.domain == key.domain && other.selector == key.selector) return taken("DKIM key");
        data_.keys.push_back(key);
        data_.keys.back().id = ++data_.last_id;
        data_.private_keys.emplace(data_.last_id, private_key);
        return data_.last_id;
    }
    base::Result<void> delete_dkim_key(std::int64_t id) override {
        TRY_VOID(write());
        data_.private_keys.erase(id);
        for (const auto& key : data_.keys)
            if (key.id == id) data_.deleted_keys.insert_or_assign(relay::name_of(key), key.public_key);
        const auto count = std::erase_if(data_.keys, [&](const auto& key) { return key.id == id; });
        if (count == 0) return gone("DKIM key");
        return {};
    }

    base::Result<void> set_dkim_life(std::int64_t id, const relay::DkimLife& life) override {
        TRY_VOID(write());
        for (auto& key : data_.keys) {
            if (key.id != id) continue;
            key.life = life;
            return {};
        }
        return gone("DKIM key");
    }

    base::Result<void> set_last_probe(const relay::LastProbe& probe) override {
        TRY_VOID(write());
        if (std::any_of(data_.relays.begin(), data_.relays.end(),
                        [&](const auto& relay) { return relay.id == probe.relay; }))
            data_.probes.insert_or_assign(probe.relay, probe);
        return {};
    }

    base::Result<void> set_setting(std::string_view name, std::optional<std::string_view> value) override {
        TRY_VOID(write());
        data_.settings.erase(std::string(name));
        if (value) data_.settings.emplace(name, *value);
        return {};
    }
    base::Result<std::vector<relay::RelayDay>> relay_days(relay::Day day) override {
        TRY_VOID(step());
        std::vector<relay::RelayDay> days;
        for (const auto& [key, each] : data_.days)
            if (each.day == day) days.push_back(each);
        return days;
    }
    base::Result<void> set_relay_day(const relay::RelayDay& day) override {
        TRY_VOID(write());
        data_.days.insert_or_assign({day.relay, day.day}, day);
        return {};
    }
    base::Result<std::vector<relay::LogEntry>> log_entries(const relay::LogFilter& filter) override {
        TRY_VOID(step());
        std::vector<relay::LogEntry> entries;
        for (const auto& entry : data_.log)
            if (filter.takes(entry)) entries.push_back(entry);
        if (entries.size() <= filter.most) return entries;
        const auto more = static_cast<std::ptrdiff_t>(entries.size() - filter.most);
        if (filter.oldest)
            entries.erase(entries.end() - more, entries.end());
        else
            entries.erase(entries.begin(), entries.begin() + more);
        return entries;
    }
    base::Result<std::int64_t> append_log(const relay::LogEntry& entry) override {
        TRY_VOID(write());
        data_.log.push_back(entry);
        data_.log.back().id = ++data_.last_id;
        return data_.last_id;
    }
    base::Result<void> prune_log(base::Time before) override {
        TRY_VOID(write());
        std::erase_if(data_.log, [&](const auto& entry) { return entry.at < before; });
        return {};
    }

    base::Result<std::vector<relay::Region>> regions() override {
        TRY_VOID(step());
        std::vector<relay::Region> result;
        for (const auto& [name, region] : data_.regions)
            result.push_back(region);
        return result;
    }
    base::Result<std::vector<relay::NetworkSnapshot>> network_snapshots() override {
        TRY_VOID(step());
        std::vector<relay::NetworkSnapshot> snapshots;
        for (const auto& [region, snapshot] : data_.snapshots)
            snapshots.push_back(snapshot);
        return snapshots;
    }
    base::Result<void> set_dkim_note(std::int64_t id, std::string_view note) override {
        TRY_VOID(write());
        for (auto& key : data_.keys) {
            if (key.id != id) continue;
            key.note = note;
            return {};
        }
        return gone("DKIM key");
    }
    base::Result<void> set_region(const relay::Region& region) override {
        TRY_VOID(write());
        data_.regions.insert_or_assign(region.name, region);
        return {};
    }
    base::Result<void> delete_region(std::string_view name) override {
        TRY_VOID(write());
        if (data_.regions.erase(std::string(name)) == 0) return gone("region");
        return {};
    }
    base::Result<void> set_network_snapshot(const relay::NetworkSnapshot& snapshot) override {
        TRY_VOID(write());
        data_.snapshots.insert_or_assign(snapshot.region, snapshot);
        return {};
    }
    base::Result<void> delete_network_snapshot(std::string_view region) override {
        TRY_VOID(write());
        data_.snapshots.erase(std::string(region));
        return {};
    }

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

    static base::Error gone(const std::string& what) {
        return {.kind = base::ErrorKind::not_found, .message = "no such " + what};
    }
    static base::Error taken(const std::string& what) {
        return {.kind = base::ErrorKind::conflict, .message = what + " exists"};
    }
    base::Result<void> step() {
        if (fail_from && operations++ >= *fail_from)
            return base::Error{.kind = base::ErrorKind::io, .message = "the disk is full"};
        return {};
    }
    base::Result<void> write() {
        need_transaction();
        return step();
    }
    void need_transaction() const {
        if (!saved_) throw std::logic_error("a write outside a transaction");
    }

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
