#include "store/session.hpp"

#include <algorithm>
#include <array>

namespace store {

using base::Error;
using base::ErrorKind;
using base::Result;

namespace {

constexpr const char* tables[] = {"relay",          "relay_domain", "relay_mail_type", "relay_egress",
                                  "relay_fallback", "domain",       "dkim_key",        "setting",
                                  "region",         "region_source"};

// Rows that go with their parent: the inverse of making both finds them gone when it comes to them.
constexpr std::string_view children[] = {"relay_domain", "relay_mail_type", "relay_egress", "relay_fallback",
                                         "region_source"};

// Columns that change without a change of the history, or beside one: when a check last saw the record of a
// key, and that the password of a relay was changed.
struct Noted {
    std::string_view table;
    int column;  // its place in the table
};
constexpr Noted noted_columns[] = {{"dkim_key", 11}, {"relay", 19}};

struct Free {
    void operator()(void* memory) const { sqlite3_free(memory); }
};
using Memory = std::unique_ptr<void, Free>;

bool are_equal(sqlite3_value* a, sqlite3_value* b) {
    if (sqlite3_value_type(a) != sqlite3_value_type(b)) return false;
    const auto bytes = [](sqlite3_value* value) {
        const auto* data = static_cast<const char*>(sqlite3_value_blob(value));
        const auto size = static_cast<std::size_t>(sqlite3_value_bytes(value));
        return data == nullptr ? std::string_view() : std::string_view(data, size);
    };
    return bytes(a) == bytes(b);
}

// Does the row differ in nothing but that column?
bool differs_in_noted_only(sqlite3_changeset_iter* change, int columns, int noted) {
    for (int column = 0; column < columns; ++column) {
        sqlite3_value *expected = nullptr, *found = nullptr;
        if (column == noted) continue;
        if (sqlite3changeset_old(change, column, &expected) != SQLITE_OK ||
            sqlite3changeset_conflict(change, column, &found) != SQLITE_OK)
            return false;
        if (expected != nullptr && (found == nullptr || !are_equal(expected, found))) return false;
    }
    return true;
}

int decide(void*, int conflict, sqlite3_changeset_iter* change) {
    if (conflict == SQLITE_CHANGESET_FOREIGN_KEY) return SQLITE_CHANGESET_ABORT;
    const char* name = nullptr;
    int columns = 0, operation = 0, indirect = 0;
    if (sqlite3changeset_op(change, &name, &columns, &operation, &indirect) != SQLITE_OK)
        return SQLITE_CHANGESET_ABORT;
    const std::string_view table = name;
    if (conflict == SQLITE_CHANGESET_NOTFOUND && operation == SQLITE_DELETE &&
        std::find(std::begin(children), std::end(children), table) != std::end(children))
        return SQLITE_CHANGESET_OMIT;
    for (const auto& noted : noted_columns)
        if (conflict == SQLITE_CHANGESET_DATA && table == noted.table &&
            differs_in_noted_only(change, columns, noted.column))
            return SQLITE_CHANGESET_REPLACE;
    return SQLITE_CHANGESET_ABORT;
}

}  // namespace

std::span<const char* const> tables_of_history() {
    return tables;
}

Result<Session> Session::begin(Connection& connection) {
    sqlite3_session* handle = nullptr;
    if (const int code = sqlite3session_create(connection.handle(), "main", &handle); code != SQLITE_OK)
        return connection.error(code);
    Session session(connection, handle);
    for (const char* table : tables)
        if (const int code = sqlite3session_attach(handle, table); code != SQLITE_OK)
            return connection.error(code);
    return session;
}

Result<std::string> Session::changeset() {
    int size = 0;
    void* bytes = nullptr;
    const int code = sqlite3session_changeset(session_.get(), &size, &bytes);
    const Memory owner(bytes);
    if (code != SQLITE_OK) return connection_->error(code);
    return std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

Result<void> apply_inverse(Connection& connection, std::string_view changeset) {
    int size = 0;
    void* bytes = nullptr;
    const int inverted =
        sqlite3changeset_invert(static_cast<int>(changeset.size()), changeset.data(), &size, &bytes);
    const Memory inverse(bytes);
    if (inverted == SQLITE_CORRUPT)
        return Error{.kind = ErrorKind::io, .message = "the store is damaged: a change of the history is"};
    if (inverted != SQLITE_OK) return connection.error(inverted);
    const int code = sqlite3changeset_apply(connection.handle(), size, bytes, nullptr, decide, nullptr);
    if (code == SQLITE_OK) return {};
    if (code == SQLITE_ABORT || (code & 0xff) == SQLITE_CONSTRAINT)
        return Error{.kind = ErrorKind::conflict,
                     .message = "what it changed is different now, by no change of the history"};
    return connection.error(code);
}

}  // namespace store
