#include "store/recorder.hpp"

#include <algorithm>

#include "store/change_rows.hpp"
#include "store/dkim_rows.hpp"
#include "store/domain_rows.hpp"
#include "store/region_rows.hpp"
#include "store/relay_rows.hpp"
#include "store/setting_rows.hpp"

namespace store {

using base::Result;

namespace {

template <class T>
const T* pointer(const std::optional<T>& maybe) {
    return maybe ? &*maybe : nullptr;
}

Result<std::optional<relay::Region>> find_region(Connection& connection, std::string_view name) {
    TRY(auto regions, read_regions(connection));
    for (auto& region : regions)
        if (region.name == name) return std::optional(std::move(region));
    return std::optional<relay::Region>();
}

Result<std::optional<std::string>> find_setting(Connection& connection, const std::string& name) {
    TRY(const auto settings, read_settings(connection));
    const auto found = settings.find(name);
    return found == settings.end() ? std::optional<std::string>() : std::optional(found->second);
}

void add_if_any(std::optional<relay::ThingChange> thing, relay::Change& change) {
    if (thing) change.things.push_back(std::move(*thing));
}

}  // namespace

Result<Recorder> Recorder::begin(Connection& connection) {
    TRY(auto session, Session::begin(connection));
    return Recorder(connection, std::move(session));
}

Result<void> Recorder::note_relay_name(std::string_view name) {
    if (relays_.contains(name)) return {};
    RelayBefore before;
    TRY(before.relay, find_relay(*connection_, name));
    if (before.relay) {
        TRY(const auto password, read_password(*connection_, before.relay->id));
        before.had_password = !password.empty();
    }
    relays_.emplace(name, std::move(before));
    return {};
}

Result<void> Recorder::note_relay(relay::RelayId id) {
    TRY(const auto name, find_relay_name(*connection_, id));
    return name.empty() ? Result<void>() : note_relay_name(name);
}

Result<void> Recorder::note_password(relay::RelayId id, const base::Secret& password) {
    TRY(const auto name, find_relay_name(*connection_, id));
    if (name.empty()) return {};
    TRY_VOID(note_relay_name(name));
    TRY(const auto before, read_password(*connection_, id));
    if (before != password) relays_.find(name)->second.password_differs = true;
    return {};
}

Result<void> Recorder::note_domain(const base::DomainName& name) {
    if (domains_.contains(name)) return {};
    TRY(auto domain, find_domain(*connection_, name));
    domains_.emplace(name, std::move(domain));
    return {};
}

Result<void> Recorder::note_dkim_key_name(const base::DomainName& domain, std::string_view selector) {
    std::pair key(domain, std::string(selector));
    if (keys_.contains(key)) return {};
    TRY(auto found, find_dkim_key(*connection_, domain, selector));
    keys_.emplace(std::move(key), std::move(found));
    return {};
}

Result<void> Recorder::note_dkim_key(std::int64_t id) {
    TRY(const auto key, find_dkim_key(*connection_, id));
    return key ? note_dkim_key_name(key->domain, key->selector) : Result<void>();
}

Result<void> Recorder::note_setting(std::string_view name) {
    if (settings_.contains(name)) return {};
    TRY(auto value, find_setting(*connection_, std::string(name)));
    settings_.emplace(name, std::move(value));
    return {};
}

Result<void> Recorder::note_region(std::string_view name) {
    if (regions_.contains(name)) return {};
    TRY(auto region, find_region(*connection_, name));
    regions_.emplace(name, std::move(region));
    return {};
}

Result<void> Recorder::note_things(const relay::Change& change) {
    for (const auto& thing : change.things) {
        switch (thing.thing) {
            case relay::Thing::relay:
                TRY_VOID(note_relay_name(thing.name));
                break;
            case relay::Thing::domain: {
                TRY(const auto name, base::DomainName::parse(thing.name, 1));
                TRY_VOID(note_domain(name));
                break;
            }
            case relay::Thing::dkim_key: {
                const auto at = thing.name.find('@');
                TRY(const auto domain,
                    base::DomainName::parse(std::string_view(thing.name).substr(at + 1), 1));
                TRY_VOID(note_dkim_key_name(domain, std::string_view(thing.name).substr(0, at)));
                break;
            }
            case relay::Thing::setting:
                TRY_VOID(note_setting(thing.name));
                break;
            case relay::Thing::region:
                TRY_VOID(note_region(thing.name));
                break;
        }
    }
    return {};
}

Result<void> Recorder::compare_relays(relay::Change& change) {
    for (const auto& [name, before] : relays_) {
        TRY(const auto after, find_relay(*connection_, name));
        auto thing = relay::compare(pointer(before.relay), pointer(after));
        bool has_password = false;
        if (after) {
            TRY(const auto password, read_password(*connection_, after->id));
            has_password = !password.empty();
        }
        const bool differs = before.password_differs || before.had_password != has_password;
        if (before.relay && after && differs) {
            if (!thing) thing = relay::ThingChange{.thing = relay::Thing::relay, .name = name};
            thing->fields.push_back({.field = "password"});
        }
        if (before.had_password && (differs || !after)) change.lost.push_back({relay::Thing::relay, name});
        add_if_any(std::move(thing), change);
    }
    return {};
}

Result<void> Recorder::compare_keys(relay::Change& change) {
    for (const auto& [name, before] : keys_) {
        TRY(const auto after, find_dkim_key(*connection_, name.first, name.second));
        if (before && (!after || after->id != before->id))
            change.lost.push_back({relay::Thing::dkim_key, relay::name_of(*before)});
        add_if_any(relay::compare(pointer(before), pointer(after)), change);
    }
    return {};
}

Result<void> Recorder::compare_others(relay::Change& change) {
    for (const auto& [name, before] : domains_) {
        TRY(const auto after, find_domain(*connection_, name));
        add_if_any(relay::compare(pointer(before), pointer(after)), change);
    }
    for (const auto& [name, before] : settings_) {
        TRY(const auto after, find_setting(*connection_, name));
        add_if_any(relay::compare_setting(name, before, after), change);
    }
    for (const auto& [name, before] : regions_) {
        TRY(const auto after, find_region(*connection_, name));
        add_if_any(relay::compare(pointer(before), pointer(after)), change);
    }
    return {};
}

Result<std::optional<relay::ChangeId>> Recorder::finish(const relay::Origin& origin, base::Time now) {
    relay::Change change{.at = now, .origin = origin, .undoes = undoes_};
    TRY_VOID(compare_relays(change));
    TRY_VOID(compare_keys(change));
    TRY_VOID(compare_others(change));
    if (change.things.empty()) return std::optional<relay::ChangeId>();
    TRY(const auto changeset, session_.changeset());
    TRY(const auto id, write_change(*connection_, change, changeset));
    return std::optional(id);
}

}  // namespace store
