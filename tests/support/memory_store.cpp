#include "support/memory_store.hpp"

namespace test {

MemoryStore::MemoryStore() = default;
MemoryStore::~MemoryStore() = default;

base::Result<std::vector<relay::Relay>> MemoryStore::relays() {
    TRY_VOID(step());
    auto result = data_.relays;
    std::sort(result.begin(), result.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return result;
}

base::Result<std::optional<relay::Relay>> MemoryStore::find_relay(std::string_view name) {
    TRY_VOID(step());
    for (const auto& relay : data_.relays)
        if (relay.name == name) return std::optional<relay::Relay>(relay);
    return std::optional<relay::Relay>();
}

base::Result<base::Secret> MemoryStore::relay_password(relay::RelayId id) {
    TRY_VOID(step());
    const auto found = data_.passwords.find(id);
    return found == data_.passwords.end() ? base::Secret() : found->second;
}

base::Result<std::vector<relay::Domain>> MemoryStore::domains() {
    TRY_VOID(step());
    auto result = data_.domains;
    std::sort(result.begin(), result.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return result;
}

base::Result<std::vector<relay::DkimKey>> MemoryStore::dkim_keys() {
    TRY_VOID(step());
    auto result = data_.keys;
    std::sort(result.begin(), result.end(), [](const auto& a, const auto& b) {
        return std::tie(a.domain, a.selector) < std::tie(b.domain, b.selector);
    });
    return result;
}

base::Result<std::optional<relay::DkimKey>> MemoryStore::find_dkim_key(const base::DomainName& domain,
                                                                       std::string_view selector) {
    TRY_VOID(step());
    for (const auto& key : data_.keys)
        if (key.domain == domain && key.selector == selector) return std::optional<relay::DkimKey>(key);
    return std::optional<relay::DkimKey>();
}

base::Result<std::optional<std::string>> MemoryStore::find_deleted_dkim_key(const base::DomainName& domain,
                                                                            std::string_view selector) {
    TRY_VOID(step());
    const auto found = data_.deleted_keys.find(std::string(selector) + "@" + domain.ascii());
    if (found == data_.deleted_keys.end()) return std::optional<std::string>();
    return std::optional(found->second);
}

base::Result<base::Secret> MemoryStore::dkim_private_key(std::int64_t id) {
    TRY_VOID(step());
    const auto found = data_.private_keys.find(id);
    if (found == data_.private_keys.end()) return gone("DKIM key");
    return found->second;
}

base::Result<std::vector<relay::LastProbe>> MemoryStore::last_probes() {
    TRY_VOID(step());
    std::vector<relay::LastProbe> result;
    for (const auto& [id, probe] : data_.probes)
        result.push_back(probe);
    return result;
}

base::Result<std::optional<relay::LastProbe>> MemoryStore::last_probe(relay::RelayId id) {
    TRY_VOID(step());
    const auto found = data_.probes.find(id);
    if (found == data_.probes.end()) return std::optional<relay::LastProbe>();
    return std::optional<relay::LastProbe>(found->second);
}

base::Result<std::map<std::string, std::string>> MemoryStore::settings() {
    TRY_VOID(step());
    return data_.settings;
}

base::Result<void> MemoryStore::begin() {
    TRY_VOID(step());
    if (saved_) throw std::logic_error("a transaction inside a transaction");
    saved_ = data_;
    return {};
}

base::Result<void> MemoryStore::commit() {
    TRY_VOID(step());
    need_transaction();
    saved_.reset();
    ++commits;
    return {};
}

void MemoryStore::rollback() noexcept {
    if (saved_) data_ = std::move(*saved_);
    saved_.reset();
}

base::Result<relay::RelayId> MemoryStore::insert_relay(const relay::Relay& relay) {
    TRY_VOID(write());
    if (std::any_of(data_.relays.begin(), data_.relays.end(),
                    [&](const auto& other) { return other.name == relay.name; }))
        return taken("relay " + relay.name);
    data_.relays.push_back(relay);
    data_.relays.back().id = ++data_.last_id;
    return data_.last_id;
}

base::Result<void> MemoryStore::update_relay(const relay::Relay& relay) {
    TRY_VOID(write());
    for (auto& other : data_.relays) {
        if (other.id != relay.id) continue;
        other = relay;
        return {};
    }
    return gone("relay");
}

base::Result<void> MemoryStore::delete_relay(relay::RelayId id) {
    TRY_VOID(write());
    data_.passwords.erase(id);
    data_.probes.erase(id);
    const auto count = std::erase_if(data_.relays, [&](const auto& relay) { return relay.id == id; });
    if (count == 0) return gone("relay");
    return {};
}

base::Result<void> MemoryStore::set_relay_password(relay::RelayId id, const base::Secret& password) {
    TRY_VOID(write());
    data_.passwords.erase(id);
    if (!password.empty()) data_.passwords.emplace(id, password);
    return {};
}

base::Result<void> MemoryStore::insert_domain(const relay::Domain& domain) {
    TRY_VOID(write());
    for (const auto& other : data_.domains)
        if (other.name == domain.name) return {};
    data_.domains.push_back(domain);
    return {};
}

base::Result<void> MemoryStore::delete_domain(const base::DomainName& name) {
    TRY_VOID(write());
    const auto count = std::erase_if(data_.domains, [&](const auto& domain) { return domain.name == name; });
    if (count == 0) return gone("domain");
    return {};
}

base::Result<std::int64_t> MemoryStore::insert_dkim_key(const relay::DkimKey& key,
                                                        const base::Secret& private_key) {
    TRY_VOID(write());
    for (const auto& other : data_.keys)
        if (other.domain == key.domain && other.selector == key.selector) return taken("DKIM key");
    data_.keys.push_back(key);
    data_.keys.back().id = ++data_.last_id;
    data_.private_keys.emplace(data_.last_id, private_key);
    return data_.last_id;
}

base::Result<void> MemoryStore::delete_dkim_key(std::int64_t id) {
    TRY_VOID(write());
    data_.private_keys.erase(id);
    for (const auto& key : data_.keys)
        if (key.id == id) data_.deleted_keys.insert_or_assign(relay::name_of(key), key.public_key);
    const auto count = std::erase_if(data_.keys, [&](const auto& key) { return key.id == id; });
    if (count == 0) return gone("DKIM key");
    return {};
}

base::Result<void> MemoryStore::set_dkim_life(std::int64_t id, const relay::DkimLife& life) {
    TRY_VOID(write());
    for (auto& key : data_.keys) {
        if (key.id != id) continue;
        key.life = life;
        return {};
    }
    return gone("DKIM key");
}

base::Result<void> MemoryStore::set_last_probe(const relay::LastProbe& probe) {
    TRY_VOID(write());
    if (std::any_of(data_.relays.begin(), data_.relays.end(),
                    [&](const auto& relay) { return relay.id == probe.relay; }))
        data_.probes.insert_or_assign(probe.relay, probe);
    return {};
}

base::Result<void> MemoryStore::set_setting(std::string_view name, std::optional<std::string_view> value) {
    TRY_VOID(write());
    data_.settings.erase(std::string(name));
    if (value) data_.settings.emplace(name, *value);
    return {};
}

base::Result<std::vector<relay::RelayDay>> MemoryStore::relay_days(relay::Day day) {
    TRY_VOID(step());
    std::vector<relay::RelayDay> days;
    for (const auto& [key, each] : data_.days)
        if (each.day == day) days.push_back(each);
    return days;
}

base::Result<void> MemoryStore::set_relay_day(const relay::RelayDay& day) {
    TRY_VOID(write());
    data_.days.insert_or_assign({day.relay, day.day}, day);
    return {};
}

base::Result<std::vector<relay::LogEntry>> MemoryStore::log_entries(const relay::LogFilter& filter) {
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

base::Result<std::int64_t> MemoryStore::append_log(const relay::LogEntry& entry) {
    TRY_VOID(write());
    data_.log.push_back(entry);
    data_.log.back().id = ++data_.last_id;
    return data_.last_id;
}

base::Result<void> MemoryStore::prune_log(base::Time before) {
    TRY_VOID(write());
    std::erase_if(data_.log, [&](const auto& entry) { return entry.at < before; });
    return {};
}

base::Result<std::vector<relay::Region>> MemoryStore::regions() {
    TRY_VOID(step());
    std::vector<relay::Region> result;
    for (const auto& [name, region] : data_.regions)
        result.push_back(region);
    return result;
}

base::Result<std::vector<relay::NetworkSnapshot>> MemoryStore::network_snapshots() {
    TRY_VOID(step());
    std::vector<relay::NetworkSnapshot> snapshots;
    for (const auto& [region, snapshot] : data_.snapshots)
        snapshots.push_back(snapshot);
    return snapshots;
}

base::Result<void> MemoryStore::set_dkim_note(std::int64_t id, std::string_view note) {
    TRY_VOID(write());
    for (auto& key : data_.keys) {
        if (key.id != id) continue;
        key.note = note;
        return {};
    }
    return gone("DKIM key");
}

base::Result<void> MemoryStore::set_region(const relay::Region& region) {
    TRY_VOID(write());
    data_.regions.insert_or_assign(region.name, region);
    return {};
}

base::Result<void> MemoryStore::delete_region(std::string_view name) {
    TRY_VOID(write());
    if (data_.regions.erase(std::string(name)) == 0) return gone("region");
    return {};
}

base::Result<void> MemoryStore::set_network_snapshot(const relay::NetworkSnapshot& snapshot) {
    TRY_VOID(write());
    data_.snapshots.insert_or_assign(snapshot.region, snapshot);
    return {};
}

base::Result<void> MemoryStore::delete_network_snapshot(std::string_view region) {
    TRY_VOID(write());
    data_.snapshots.erase(std::string(region));
    return {};
}

base::Error MemoryStore::gone(const std::string& what) {
    return {.kind = base::ErrorKind::not_found, .message = "no such " + what};
}

base::Error MemoryStore::taken(const std::string& what) {
    return {.kind = base::ErrorKind::conflict, .message = what + " exists"};
}

base::Result<void> MemoryStore::step() {
    if (fail_from && operations++ >= *fail_from)
        return base::Error{.kind = base::ErrorKind::io, .message = "the disk is full"};
    return {};
}

base::Result<void> MemoryStore::write() {
    need_transaction();
    return step();
}

void MemoryStore::need_transaction() const {
    if (!saved_) throw std::logic_error("a write outside a transaction");
}

}  // namespace test
