// What a command changed in the store, as the history keeps it and people read it. Secrets are never in it:
// of a password it says that it changed. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "relay/region.hpp"
#include "relay/relay.hpp"

namespace relay {

enum class Thing : std::uint8_t { relay, domain, dkim_key, setting, region };
inline constexpr std::array all_things = {Thing::relay, Thing::domain, Thing::dkim_key, Thing::setting,
                                          Thing::region};
enum class ChangeAction : std::uint8_t { added, edited, deleted };
inline constexpr std::array all_change_actions = {ChangeAction::added, ChangeAction::edited,
                                                  ChangeAction::deleted};
std::string_view to_string(Thing thing);          // "relay", "domain", "DKIM key", "setting", "region"
std::string_view to_string(ChangeAction action);  // "added", "edited", "deleted"

// One field; nullopt = it has no value. Of "password" neither side is told.
struct FieldChange {
    std::string field;  // as the output calls it
    std::optional<std::string> before = {};
    std::optional<std::string> after = {};
    bool operator==(const FieldChange&) const = default;
};

struct ThingChange {
    Thing thing = Thing::relay;
    std::string name;  // "news", "example.com", "s1@example.com", "time-zone", "eu"
    ChangeAction action = ChangeAction::edited;
    std::vector<FieldChange> fields = {};  // of what is added or deleted: each that has a value
    bool operator==(const ThingChange&) const = default;
};

// What separates two states of a thing; nullptr = it is not there. nullopt = nothing does, as far as a person
// set it: ids, times and what was only observed are not compared.
std::optional<ThingChange> compare(const Relay* before, const Relay* after);
std::optional<ThingChange> compare(const Domain* before, const Domain* after);
std::optional<ThingChange> compare(const DkimKey* before, const DkimKey* after);
std::optional<ThingChange> compare(const Region* before, const Region* after);
std::optional<ThingChange> compare_setting(std::string_view name, const std::optional<std::string>& before,
                                           const std::optional<std::string>& after);

std::string name_of(const DkimKey& key);  // "s1@example.com"

// What of `later` would be lost if `earlier` were taken back: a field that both changed, or "", the whole
// thing, where one of them added or deleted it. nullopt = nothing. A login is one: it is not told apart which
// of its user, its password, and where that comes from, was changed.
std::optional<std::string> find_overlap(const ThingChange& earlier, const ThingChange& later);

// "added relay news", "edited relay news: port 587 -> 465, password", "edited setting time-zone: UTC -> ..."
std::string to_string(const ThingChange& change);

// A secret that a change destroyed: the password of a relay, the private key of a DKIM key.
struct LostSecret {
    Thing thing = Thing::relay;
    std::string name;
    bool operator==(const LostSecret&) const = default;
};

using ChangeId = std::int64_t;  // counts up from 1, never used twice

// Who changes the store, and by which command; both printable.
struct Origin {
    std::string who;
    std::string command;
    bool operator==(const Origin&) const = default;
};

// One transaction of a person's command.
struct Change {
    ChangeId id = 0;
    base::Time at = {};
    Origin origin = {};
    std::optional<ChangeId> undoes = {};
    std::optional<ChangeId> undone_by = {};  // by one that is not itself undone
    std::vector<ThingChange> things = {};
    std::vector<LostSecret> lost = {};
    bool operator==(const Change&) const = default;
};

// Sets undone_by of each. `changes` is newest first.
void mark_undone(std::vector<Change>& changes);

// So many of the newest are kept.
inline constexpr std::size_t most_changes = 1000;

}  // namespace relay
