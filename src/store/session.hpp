// What a transaction changed, by SQLite's session extension, and taking it back. The tables of secrets, and
// those that nobody edits (probes, days, log), are none of it.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "store/sqlite.hpp"

namespace store {

// The tables that the history covers.
std::span<const char* const> tables_of_history();

// Records from begin() on; it ends before its connection does.
class Session {
  public:
    static base::Result<Session> begin(Connection& connection);
    base::Result<std::string> changeset();  // empty = nothing changed

  private:
    struct Delete {
        void operator()(sqlite3_session* session) const { sqlite3session_delete(session); }
    };
    Session(Connection& connection, sqlite3_session* session) : connection_(&connection), session_(session) {}

    Connection* connection_;
    std::unique_ptr<sqlite3_session, Delete> session_;
};

// All of it or nothing, inside a transaction. Error: conflict, when a row is not as the changeset left it;
// when the record of a DKIM key was last seen does not count.
base::Result<void> apply_inverse(Connection& connection, std::string_view changeset);

}  // namespace store
