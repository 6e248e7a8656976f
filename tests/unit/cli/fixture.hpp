// A context over a store in memory, and a relay or two to put into it.
#pragma once

#include <map>

#include "cli/context.hpp"
#include "support/memory_store.hpp"

namespace test {

// Hands every call to a store that outlives it.
class BorrowedStore final : public relay::Store {
  public:
    explicit BorrowedStore(relay::Store& store) : store_(store) {}
    base::Result<std::vector<relay::Relay>> relays() override { return store_.relays(); }
    base::Result<std::optional<relay::Relay>> find_relay(std::string_view name) override {
        return store_.find_relay(name);
    }
    base::Result<base::Secret> relay_password(relay::RelayId id) override {
        return store_.relay_password(id);
    }
    base::Result<std::vector<relay::Domain>> domains() override { return store_.domains(); }
    base::Result<std::vector<relay::DkimKey>> dkim_keys() override { return store_.dkim_keys(); }
    base::Result<std::optional<relay::DkimKey>> find_dkim_key(const base::DomainName& domain,
                                                              std::string_view selector) override {
        return store_.find_dkim_key(domain, selector);
    }
    base::Result<std::optional<std::string>> find_deleted_dkim_key(const base::DomainName& domain,
                                                                   std::string_view selector) override {
        return store_.find_deleted_dkim_key(domain, selector);
    }
    base::Result<base::Secret> dkim_private_key(std::int64_t id) override {
        return store_.dkim_private_key(id);
    }
    base::Result<std::vector<relay::LastProbe>> last_probes() override { return store_.last_probes(); }
    base::Result<std::optional<relay::LastProbe>> last_probe(relay::RelayId id) override {
        return store_.last_probe(id);
    }
    base::Result<std::map<std::string, std::string>> settings() override { return store_.settings(); }
    base::Result<std::vector<relay::RelayDay>> relay_days(relay::Day day) override {
        return store_.relay_days(day);
    }
    base::Result<std::vector<relay::LogEntry>> log_entries(const relay::LogFilter& filter) override {
        return store_.log_entries(filter);
    }
    base::Result<void> set_relay_day(const relay::RelayDay& day) override {
        return store_.set_relay_day(day);
    }
    base::Result<std::int64_t> append_log(const relay::LogEntry& entry) override {
        return store_.append_log(entry);
    }
    base::Result<void> prune_log(base::Time before) override { return store_.prune_log(before); }

    base::Result<void> begin() override { return store_.begin(); }
    base::Result<void> commit() override { return store_.commit(); }
    void rollback() noexcept override { store_.rollback(); }
    base::Result<relay::RelayId> insert_relay(const relay::Relay& relay) override {
        return store_.insert_relay(relay);
    }
    base::Result<void> update_relay(const relay::Relay& relay) override { return store_.update_relay(relay); }
    base::Result<void> delete_relay(relay::RelayId id) override { return store_.delete_relay(id); }
    base::Result<void> set_relay_password(relay::RelayId id, const base::Secret& password) override {
        return store_.set_relay_password(id, password);
    }
    base::Result<void> insert_domain(const relay::Domain& domain) override {
        return store_.insert_domain(domain);
    }
    base::Result<void> delete_domain(const base::DomainName& name) override {
        return store_.delete_domain(name);
    }
    base::Result<std::int64_t> insert_dkim_key(const relay::DkimKey& key,
                                               const base::Secret& private_key) override {
        return store_.insert_dkim_key(key, private_key);
    }
    base::Result<void> delete_dkim_key(std::int64_t id) override { return store_.delete_dkim_key(id); }
    base::Result<void> set_dkim_life(std::int64_t id, const relay::DkimLife& life) override {
        return store_.set_dkim_life(id, life);
    }
    base::Result<void> set_last_probe(const relay::LastProbe& probe) override {
        return store_.set_last_probe(probe);
    }
    base::Result<void> set_setting(std::string_view name, std::optional<std::string_view> value) override {
        return store_.set_setting(name, value);
    }

    base::Result<std::vector<relay::Region>> regions() override { return store_.regions(); }
    base::Result<std::vector<relay::NetworkSnapshot>> network_snapshots() override {
        return store_.network_snapshots();
    }
    void keep_history(relay::Origin origin, const base::Clock& clock) override {
        store_.keep_history(std::move(origin), clock);
    }
    base::Result<std::vector<relay::Change>> changes() override { return store_.changes(); }
    std::optional<relay::ChangeId> last_change() const override { return store_.last_change(); }
    base::Result<std::unique_ptr<relay::Store>> at(relay::ChangeId id) override { return store_.at(id); }
    base::Result<void> set_dkim_note(std::int64_t id, std::string_view note) override {
        return store_.set_dkim_note(id, note);
    }
    base::Result<void> set_region(const relay::Region& region) override { return store_.set_region(region); }
    base::Result<void> delete_region(std::string_view name) override { return store_.delete_region(name); }
    base::Result<void> set_network_snapshot(const relay::NetworkSnapshot& snapshot) override {
        return store_.set_network_snapshot(snapshot);
    }
    base::Result<void> delete_network_snapshot(std::string_view region) override {
        return store_.delete_network_snapshot(region);
    }
    base::Result<void> undo_change(relay::ChangeId id) override { return store_.undo_change(id); }

  private:
    relay::Store& store_;
};

inline relay::Relay relay_named(std::string name, const char* host = "smtp.mailer.example") {
    return {.name = std::move(name),
            .host = relay::Host::parse(host).value(),
            .domains = {relay::DomainPattern::any()},
            .mail_types = {relay::MailType::mass}};
}

// What main() would make, but in memory. Opening for writing is refused, as is a lock on the store.
struct Fixture {
    MemoryStore store = {};
    std::string opened = {};  // the path last opened
    std::map<std::string, std::string> environment = {{"HOME", "/home/alice"}};
    bool locked = false;
    FixedClock clock{"2026-11-24T12:00:00Z"};
    cli::Parts parts = {
        .open_store = [this](const std::filesystem::path& path,
                             cli::StoreMode mode) -> base::Result<std::unique_ptr<relay::Store>> {
            opened = path.string();
            if (locked || mode == cli::StoreMode::write)
                return base::Error{.kind = base::ErrorKind::conflict, .message = "the store is locked"};
            return std::unique_ptr<relay::Store>(std::make_unique<BorrowedStore>(store));
        },
        .make_resolver = {},
        .make_dialer = {},
        .make_fetcher = {},
        .clock = &clock,
        .library_versions = {},
    };
    cli::Process process = {.words = {}, .variable = [this](const char* name) -> const char* {
                                const auto found = environment.find(name);
                                return found == environment.end() ? nullptr : found->second.c_str();
                            }};
    cli::Context context{parts, process};

    Fixture() = default;
    Fixture(const Fixture&) = delete;

    template <class Write>
    void fill(Write write) {
        auto transaction = relay::Transaction::begin(store).value();
        write(store);
        transaction.commit().value();
    }
};

}  // namespace test
