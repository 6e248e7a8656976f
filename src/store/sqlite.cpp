#include "store/sqlite.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <thread>

#include <fmt/format.h>

#include "base/text.hpp"
#include "store/file.hpp"

namespace store {

using base::Error;
using base::ErrorKind;
using base::Result;

namespace {

bool is_disk_full(int code, int system_error) {
    if ((code & 0xff) == SQLITE_FULL) return true;
    // SQLite says IOERR when the file of the log's index cannot grow, and for a limit of the file's size.
    return (code & 0xff) == SQLITE_IOERR &&
           (system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG);
}

std::string system_words(int system_error) {
    const char* words = strerrordesc_np(system_error);  // untranslated
    return words == nullptr ? fmt::format("system error {}", system_error) : base::lower(words);
}

Error make_error(int code, int system_error, const char* words, const std::string& path) {
    Error error{.kind = ErrorKind::io, .message = {}, .context = "store " + path};
    if (is_disk_full(code, system_error)) {
        error.message = "the disk is full: nothing was changed";
        return error;
    }
    switch (code & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_PROTOCOL:
            error.kind = ErrorKind::conflict;
            error.message = "the store is locked by another process";
            error.hint = "try again when the other relayctl has ended";
            break;
        case SQLITE_READONLY:
            error.message = code == SQLITE_READONLY_DBMOVED ? "the store was moved or deleted meanwhile"
                                                            : "the store is read-only";
            break;
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
        case SQLITE_AUTH:
            error.message = system_error == 0 ? "cannot open the store"
                                              : "cannot open the store: " + system_words(system_error);
            if (system_error == EACCES) error.hint = access_hint(path);
            break;
        case SQLITE_NOTADB:
            error.message = "not a relayctl store: not an SQLite file";
            break;
        case SQLITE_IOERR:
            error.message = "cannot read or write the store: " +
                            (system_error == 0 ? std::string(words) : system_words(system_error));
            break;
        case SQLITE_NOMEM:
            error.message = "out of memory";
            break;
        default:  // CORRUPT, and ERROR for a schema somebody changed
            error.message = fmt::format("the store is damaged: {}", words);
            error.hint = "restore it from a backup";
            break;
    }
    return error;
}

// SQLite tells the system's error for some paths only; for the others errno still holds it.
Error error_of(sqlite3* handle, int code, const std::string& path) {
    const int last_error = errno;
    int system_error = handle == nullptr ? 0 : sqlite3_system_errno(handle);
    if (system_error == 0) system_error = last_error;
    return make_error(code, system_error, handle == nullptr ? "" : sqlite3_errmsg(handle), path);
}

// A URI, because a plain name is one too for SQLite if it begins with "file:", and for the parameters.
std::string uri_of(const std::string& path, std::string_view parameters) {
    std::string uri = "file:";
    for (const char c : path) {
        if (base::is_alnum(c) || c == '/' || c == '.' || c == '-' || c == '_')
            uri += c;
        else
            uri += fmt::format("%{:02x}", static_cast<unsigned char>(c));
    }
    return uri.append(parameters);
}

}  // namespace

Statement::~Statement() {
    if (handle_ == nullptr) return;
    sqlite3_reset(handle_);
    sqlite3_clear_bindings(handle_);
}

Statement& Statement::keep(int code) {
    if (fault_ == SQLITE_OK) fault_ = code;
    ++next_;
    return *this;
}

Statement& Statement::bind(std::int64_t value) {
    return keep(sqlite3_bind_int64(handle_, next_, value));
}

Statement& Statement::bind(std::string_view value) {
    // An empty view may have no address, which SQLite would take for NULL.
    return keep(sqlite3_bind_text64(handle_, next_, value.empty() ? "" : value.data(), value.size(),
                                    SQLITE_TRANSIENT, SQLITE_UTF8));
}

Statement& Statement::bind(const base::Secret& value) {
    const auto bytes = value.reveal();
    return keep(
        sqlite3_bind_blob64(handle_, next_, bytes.empty() ? "" : bytes.data(), bytes.size(), SQLITE_STATIC));
}

Statement& Statement::bind_blob(std::string_view value) {
    return keep(sqlite3_bind_blob64(handle_, next_, value.empty() ? "" : value.data(), value.size(),
                                    SQLITE_TRANSIENT));
}

Statement& Statement::bind(std::optional<std::string_view> value) {
    return value ? bind(*value) : keep(sqlite3_bind_null(handle_, next_));
}

Statement& Statement::bind(std::optional<std::int64_t> value) {
    return value ? bind(*value) : keep(sqlite3_bind_null(handle_, next_));
}

Result<bool> Statement::step() {
    sqlite3* const database = sqlite3_db_handle(handle_);
    if (fault_ != SQLITE_OK) return error_of(database, fault_, *path_);
    errno = 0;
    const int code = sqlite3_step(handle_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    fault_ = code;
    return error_of(database, code, *path_);
}

Result<void> Statement::run() {
    for (;;) {
        TRY(const bool more, step());
        if (!more) return {};
    }
}

std::string_view Statement::text(int column) const {
    // The bytes first would convert nothing; the order of the two calls is the documented one.
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(handle_, column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_, column));
    return bytes == nullptr ? std::string_view() : std::string_view(bytes, size);
}

Result<Connection> Connection::open(const std::string& path, Access access,
                                    std::chrono::milliseconds busy_timeout) {
    std::string_view parameters;
    if (access == Access::read_immutable) parameters = "?immutable=1";
    const int flags = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                      (access == Access::write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY);
    Connection connection(std::make_unique<Busy>(Busy{.path = path, .timeout = busy_timeout}));
    sqlite3* handle = nullptr;
    errno = 0;
    const int code = sqlite3_open_v2(uri_of(path, parameters).c_str(), &handle, flags,
                                     access == Access::read_unshared ? "unix-none" : nullptr);
    connection.handle_.reset(handle);
    if (code != SQLITE_OK) return connection.error(code);
    sqlite3_busy_handler(handle, &Connection::wait_for_lock, connection.busy_.get());
    // Without locks and for itself alone, it keeps the log's index on the heap.
    if (access == Access::read_unshared) TRY_VOID(connection.script("PRAGMA locking_mode = EXCLUSIVE"));
    return connection;
}

// Short naps: with SQLite's own growing ones a writer among eight waits three times as long.
int Connection::wait_for_lock(void* busy, int earlier_calls) {
    auto& self = *static_cast<Busy*>(busy);
    const auto now = std::chrono::steady_clock::now();
    if (earlier_calls == 0) self.deadline = now + self.timeout;
    if (now >= self.deadline) return 0;
    const std::chrono::microseconds nap(std::min(100 * (earlier_calls + 1), 1000));
    std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(nap, self.deadline - now));
    return 1;
}

Error Connection::error(int code) const {
    return error_of(handle_.get(), code, busy_->path);
}

Result<Statement> Connection::prepare(const char* sql) {
    auto& slot = statements_[sql];
    if (!slot) {
        sqlite3_stmt* handle = nullptr;
        errno = 0;
        const int code = sqlite3_prepare_v2(handle_.get(), sql, -1, &handle, nullptr);
        if (code != SQLITE_OK) return error(code);
        slot.reset(handle);
    }
    return Statement(slot.get(), busy_->path);
}

Result<void> Connection::run(const char* sql) {
    TRY(auto statement, prepare(sql));
    return statement.run();
}

Result<void> Connection::script(const char* sql) {
    errno = 0;
    const int code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return error(code);
    return {};
}

Result<std::int64_t> Connection::integer(const char* sql) {
    TRY(auto statement, prepare(sql));
    TRY(const bool found, statement.step());
    return found ? statement.integer(0) : 0;
}

Result<void> Connection::use_write_ahead_log() {
    for (int calls = 0;; ++calls) {
        auto result = script("PRAGMA journal_mode = WAL");
        if (result.has_value() || result.error().kind != ErrorKind::conflict) return result;
        if (wait_for_lock(busy_.get(), calls) == 0) return result;
    }
}

Result<Snapshot> Snapshot::begin(Connection& connection) {
    if (connection.in_transaction()) return Snapshot(nullptr);
    TRY_VOID(connection.run("BEGIN"));
    return Snapshot(&connection);
}

Snapshot::~Snapshot() {
    if (connection_ != nullptr && connection_->in_transaction())
        static_cast<void>(connection_->run("COMMIT"));
}

}  // namespace store
