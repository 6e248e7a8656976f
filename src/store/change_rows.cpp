#include "store/change_rows.hpp"

#include <map>

#include <fmt/format.h>

#include "base/text.hpp"
#include "store/rows.hpp"
#include "store/session.hpp"

namespace store {

using base::Result;

namespace {

// The word of a row that tells of a secret that went with the change.
constexpr std::string_view lost = "lost";

using ChangesById = std::map<relay::ChangeId, relay::Change*>;
using FieldsByThing = std::map<std::pair<relay::ChangeId, std::int64_t>, std::vector<relay::FieldChange>>;

template <class Words>
auto find_word(const Words& words, std::string_view text) -> std::optional<typename Words::value_type> {
    for (const auto word : words)
        if (to_string(word) == text) return word;
    return std::nullopt;
}

std::optional<std::string> text_or_none(const Statement& row, int column) {
    if (row.is_null(column)) return std::nullopt;
    return std::string(row.text(column));
}

Result<FieldsByThing> read_fields(Connection& connection) {
    FieldsByThing fields;
    TRY(auto rows, connection.prepare("SELECT change_id, thing_place, field, before, after FROM change_field "
                                      "ORDER BY change_id, thing_place, place"));
    for (;;) {
        TRY(const bool found, rows.step());
        if (!found) return fields;
        fields[{rows.integer(0), rows.integer(1)}].push_back(
            {std::string(rows.text(2)), text_or_none(rows, 3), text_or_none(rows, 4)});
    }
}

Result<void> read_things(Connection& connection, const ChangesById& changes) {
    TRY(auto fields, read_fields(connection));
    TRY(auto rows, connection.prepare("SELECT change_id, place, thing, name, action FROM change_thing "
                                      "ORDER BY change_id, place"));
    for (;;) {
        TRY(const bool found, rows.step());
        if (!found) return {};
        const auto change = changes.find(rows.integer(0));
        if (change == changes.end()) continue;
        const auto thing = find_word(relay::all_things, rows.text(2));
        const auto action = find_word(relay::all_change_actions, rows.text(4));
        if (!thing || (!action && rows.text(4) != lost))
            return damaged("change_thing", std::to_string(rows.integer(0)), {.message = "no such word"});
        std::string name(rows.text(3));
        if (!action)
            change->second->lost.push_back({*thing, std::move(name)});
        else
            change->second->things.push_back(
                {*thing, std::move(name), *action, std::move(fields[{rows.integer(0), rows.integer(1)}])});
    }
}

Result<void> write_thing(Connection& connection, relay::ChangeId id, std::int64_t place, relay::Thing thing,
                         std::string_view name, std::string_view action) {
    TRY(auto insert, connection.prepare("INSERT INTO change_thing (change_id, place, thing, name, action) "
                                        "VALUES (?, ?, ?, ?, ?)"));
    return insert.bind(id).bind(place).bind(relay::to_string(thing)).bind(name).bind(action).run();
}

Result<void> write_fields(Connection& connection, relay::ChangeId id, std::int64_t thing_place,
                          const std::vector<relay::FieldChange>& fields) {
    std::int64_t place = 0;
    for (const auto& field : fields) {
        TRY(auto insert, connection.prepare("INSERT INTO change_field (change_id, thing_place, place, field, "
                                            "before, after) VALUES (?, ?, ?, ?, ?, ?)"));
        insert.bind(id).bind(thing_place).bind(place++).bind(std::string_view(field.field));
        const auto bind = [&](const std::optional<std::string>& text) {
            insert.bind(text ? std::optional<std::string_view>(*text) : std::nullopt);
        };
        bind(field.before);
        bind(field.after);
        TRY_VOID(insert.run());
    }
    return {};
}

}  // namespace

Result<std::vector<relay::Change>> read_changes(Connection& connection) {
    TRY(const auto snapshot, Snapshot::begin(connection));
    std::vector<relay::Change> changes;
    TRY(auto rows,
        connection.prepare("SELECT id, made_at, who, command, undoes FROM change ORDER BY id DESC"));
    for (;;) {
        TRY(const bool found, rows.step());
        if (!found) break;
        relay::Change change{.id = rows.integer(0),
                             .at = base::Time(std::chrono::seconds(rows.integer(1))),
                             .origin = {std::string(rows.text(2)), std::string(rows.text(3))}};
        if (!rows.is_null(4)) change.undoes = rows.integer(4);
        changes.push_back(std::move(change));
    }
    ChangesById index;
    for (auto& change : changes)
        index.emplace(change.id, &change);
    TRY_VOID(read_things(connection, index));
    relay::mark_undone(changes);
    return changes;
}

base::Error no_such_change(relay::ChangeId id) {
    return missing(fmt::format("there is no change {} in the history", id)).with_hint("relayctl history");
}

Result<std::string> read_changeset(Connection& connection, relay::ChangeId id) {
    TRY(auto row, connection.prepare("SELECT changeset FROM change WHERE id = ?"));
    TRY(const bool found, row.bind(id).step());
    if (!found) return no_such_change(id);
    return std::string(row.text(0));
}

Result<relay::ChangeId> write_change(Connection& connection, const relay::Change& change,
                                     std::string_view changeset) {
    TRY(auto insert,
        connection.prepare("INSERT INTO change (made_at, who, command, undoes, changeset) VALUES "
                           "(?, ?, ?, ?, ?)"));
    insert.bind(std::int64_t{change.at.time_since_epoch().count()});
    insert.bind(std::string_view(change.origin.who)).bind(std::string_view(change.origin.command));
    insert.bind(change.undoes);
    TRY_VOID(insert.bind_blob(changeset).run());
    const relay::ChangeId id = connection.last_id();
    std::int64_t place = 0;
    for (const auto& thing : change.things) {
        TRY_VOID(write_thing(connection, id, place, thing.thing, thing.name, relay::to_string(thing.action)));
        TRY_VOID(write_fields(connection, id, place++, thing.fields));
    }
    for (const auto& secret : change.lost)
        TRY_VOID(write_thing(connection, id, place++, secret.thing, secret.name, lost));
    TRY(auto forget, connection.prepare("DELETE FROM change WHERE id <= ?"));
    TRY_VOID(forget.bind(id - static_cast<std::int64_t>(relay::most_changes)).run());
    return id;
}

Result<void> rewind_to(Connection& connection, relay::ChangeId id) {
    TRY_VOID(read_changeset(connection, id));
    for (;;) {
        std::string changeset;
        {
            TRY(auto newest, connection.prepare("SELECT id, changeset FROM change ORDER BY id DESC LIMIT 1"));
            TRY_VOID(newest.step());
            if (newest.integer(0) <= id) return {};
            changeset = newest.text(1);
            TRY(auto remove, connection.prepare("DELETE FROM change WHERE id = ?"));
            TRY_VOID(remove.bind(newest.integer(0)).run());
        }
        TRY_VOID(apply_inverse(connection, changeset));
    }
}

}  // namespace store
