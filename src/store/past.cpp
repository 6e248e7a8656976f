#include "store/past.hpp"

#include <string>

#include "store/change_rows.hpp"
#include "store/open.hpp"
#include "store/session.hpp"

namespace store {

using base::Result;

namespace {

struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using OwnStatement = std::unique_ptr<sqlite3_stmt, Finalize>;

Result<OwnStatement> prepare(Connection& connection, const std::string& sql) {
    sqlite3_stmt* handle = nullptr;
    const int code = sqlite3_prepare_v2(connection.handle(), sql.c_str(), -1, &handle, nullptr);
    if (code != SQLITE_OK) return connection.error(code);
    return OwnStatement(handle);
}

// The two have the same schema: both went through all migrations.
Result<void> copy_table(Connection& from, Connection& to, const std::string& table) {
    TRY(const auto rows, prepare(from, "SELECT * FROM " + table));
    const int columns = sqlite3_column_count(rows.get());
    std::string places = "?";
    for (int column = 1; column < columns; ++column)
        places += ", ?";
    TRY(const auto insert, prepare(to, "INSERT INTO " + table + " VALUES (" + places + ")"));
    for (;;) {
        const int code = sqlite3_step(rows.get());
        if (code == SQLITE_DONE) return {};
        if (code != SQLITE_ROW) return from.error(code);
        for (int column = 0; column < columns; ++column)
            sqlite3_bind_value(insert.get(), column + 1, sqlite3_column_value(rows.get(), column));
        if (const int done = sqlite3_step(insert.get()); done != SQLITE_DONE) return to.error(done);
        sqlite3_reset(insert.get());
    }
}

}  // namespace

Result<Connection> open_past(Connection& now, relay::ChangeId id) {
    TRY(auto past, open_in_memory());
    TRY_VOID(past.run("BEGIN"));
    {
        TRY(const auto snapshot, Snapshot::begin(now));
        for (const char* table : tables_of_history())
            TRY_VOID(copy_table(now, past, table));
        for (const char* table : {"change", "change_thing", "change_field"})
            TRY_VOID(copy_table(now, past, table));
    }
    TRY_VOID(rewind_to(past, id));
    TRY_VOID(past.run("COMMIT"));
    return past;
}

}  // namespace store
