// The SQLite C API behind two RAII types: a connection and a statement of it. Nothing here knows a table.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

// Debian's SQLite is built with the session extension; its header shows it on demand.
#define SQLITE_ENABLE_SESSION
#define SQLITE_ENABLE_PREUPDATE_HOOK
#include <sqlite3.h>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace store {

// A statement borrowed from its connection's cache, which outlives it. At the end of its scope it is reset,
// which ends its locks, and its bindings are cleared. Columns count from 0.
class Statement {
  public:
    Statement(sqlite3_stmt* handle, const std::string& path) : handle_(handle), path_(&path) {}
    Statement(Statement&& other) noexcept
        : handle_(std::exchange(other.handle_, nullptr)),
          path_(other.path_),
          next_(other.next_),
          fault_(other.fault_) {}
    Statement& operator=(Statement&&) = delete;
    ~Statement();

    // Binds the next parameter. A fault is kept and told by step().
    Statement& bind(std::int64_t value);
    Statement& bind(std::string_view value);                 // as TEXT, copied
    Statement& bind(const base::Secret& value);              // as BLOB, not copied: it outlives the statement
    Statement& bind_blob(std::string_view value);            // as BLOB, copied
    Statement& bind(std::optional<std::string_view> value);  // nullopt = NULL
    Statement& bind(std::optional<std::int64_t> value);

    base::Result<bool> step();            // true = there is a row
    base::Result<void> run();             // to the end
    int fault() const { return fault_; }  // the extended result code of the last step(), SQLITE_OK = none
    bool is_duplicate() const {           // of a key or a unique value
        return fault_ == SQLITE_CONSTRAINT_UNIQUE || fault_ == SQLITE_CONSTRAINT_PRIMARYKEY;
    }

    bool is_null(int column) const { return sqlite3_column_type(handle_, column) == SQLITE_NULL; }
    std::int64_t integer(int column) const { return sqlite3_column_int64(handle_, column); }
    std::string_view text(int column) const;  // TEXT or BLOB; valid until the next step()

  private:
    Statement& keep(int code);

    sqlite3_stmt* handle_;
    const std::string* path_;
    int next_ = 1;
    int fault_ = SQLITE_OK;
};

class Connection {
  public:
    enum class Access : std::uint8_t {
        read,
        read_immutable,  // no locks and no side files: nobody can write there
        read_unshared,   // with a write-ahead log but no index file of it, and no right to make one
        write,
    };

    // The file must exist. `path` is absolute. A lock is waited for `busy_timeout` long, in short naps.
    static base::Result<Connection> open(const std::string& path, Access access,
                                         std::chrono::milliseconds busy_timeout);

    // `sql` is one statement and a literal: it is the key of the cache.
    base::Result<Statement> prepare(const char* sql);
    base::Result<void> run(const char* sql);              // one statement, no rows wanted
    base::Result<void> script(const char* sql);           // any number of statements, not cached
    base::Result<std::int64_t> integer(const char* sql);  // the first column of the one row

    // SQLite does not call the busy handler for this one, so it is tried again here.
    base::Result<void> use_write_ahead_log();

    // Whether the last connection to close moves the log into the file, with two syncs, and removes it; it
    // does at first. Without, the next one that grows the log to its usual size does.
    void move_log_at_close(bool moves) {
        sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, moves ? 0 : 1, nullptr);
    }

    bool in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }
    bool is_read_only() const { return sqlite3_db_readonly(handle_.get(), "main") == 1; }
    std::int64_t last_id() const { return sqlite3_last_insert_rowid(handle_.get()); }
    bool changed_rows() const { return sqlite3_changes(handle_.get()) > 0; }
    const std::string& path() const { return busy_->path; }
    sqlite3* handle() const { return handle_.get(); }
    base::Error error(int code) const;  // of the last call with this handle

  private:
    struct Close {
        void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
    };
    struct Finalize {
        void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
    };
    struct Busy {  // at a fixed address, for the handler
        std::string path;
        std::chrono::milliseconds timeout;
        std::chrono::steady_clock::time_point deadline = {};
    };

    explicit Connection(std::unique_ptr<Busy> busy) : busy_(std::move(busy)) {}
    static int wait_for_lock(void* busy, int earlier_calls);

    std::unique_ptr<Busy> busy_;
    std::unique_ptr<sqlite3, Close> handle_;
    std::unordered_map<const char*, std::unique_ptr<sqlite3_stmt, Finalize>> statements_;
};

// Reads of several statements see one state of the store: a read transaction, unless one is open already.
class Snapshot {
  public:
    static base::Result<Snapshot> begin(Connection& connection);
    Snapshot(Snapshot&& other) noexcept : connection_(std::exchange(other.connection_, nullptr)) {}
    Snapshot& operator=(Snapshot&&) = delete;
    ~Snapshot();

  private:
    explicit Snapshot(Connection* connection) : connection_(connection) {}
    Connection* connection_;  // null = another transaction is in charge
};

}  // namespace store
