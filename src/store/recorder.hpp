// Watches a transaction for the history: what the things were before, what they became, and the changeset
// that takes it back.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "relay/change.hpp"
#include "store/session.hpp"

namespace store {

class Recorder {
  public:
    static base::Result<Recorder> begin(Connection& connection);

    // Before the thing is written; again is no effect.
    base::Result<void> note_relay_name(std::string_view name);
    base::Result<void> note_relay(relay::RelayId id);
    // `password` is what it will be, empty = none.
    base::Result<void> note_password(relay::RelayId id, const base::Secret& password);
    base::Result<void> note_domain(const base::DomainName& name);
    base::Result<void> note_dkim_key_name(const base::DomainName& domain, std::string_view selector);
    base::Result<void> note_dkim_key(std::int64_t id);
    base::Result<void> note_setting(std::string_view name);
    base::Result<void> note_region(std::string_view name);
    // All that an earlier change touched.
    base::Result<void> note_things(const relay::Change& change);
    void undoes(relay::ChangeId id) { undoes_ = id; }

    // Before the commit: writes the change, if there is any that a person can see. nullopt = there is none.
    base::Result<std::optional<relay::ChangeId>> finish(const relay::Origin& origin, base::Time now);

  private:
    struct RelayBefore {
        std::optional<relay::Relay> relay;
        bool had_password = false;
        bool password_differs = false;
    };
    explicit Recorder(Connection& connection, Session session)
        : connection_(&connection), session_(std::move(session)) {}
    base::Result<void> compare_relays(relay::Change& change);
    base::Result<void> compare_keys(relay::Change& change);
    base::Result<void> compare_others(relay::Change& change);

    Connection* connection_;
    Session session_;
    std::optional<relay::ChangeId> undoes_ = {};
    std::map<std::string, RelayBefore, std::less<>> relays_ = {};
    std::map<base::DomainName, std::optional<relay::Domain>> domains_ = {};
    std::map<std::pair<base::DomainName, std::string>, std::optional<relay::DkimKey>> keys_ = {};
    std::map<std::string, std::optional<std::string>, std::less<>> settings_ = {};
    std::map<std::string, std::optional<relay::Region>, std::less<>> regions_ = {};
};

}  // namespace store
