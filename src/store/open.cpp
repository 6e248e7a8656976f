#include "store/open.hpp"

#include <system_error>

#include <fmt/format.h>

#include "store/file.hpp"
#include "store/schema.hpp"

namespace store {

using base::Error;
using base::ErrorKind;
using base::Result;

namespace {

struct Checked {
    Connection connection;
    Version version;
};

Result<Checked> connect(const std::string& path, Connection::Access access,
                        std::chrono::milliseconds busy_timeout) {
    TRY(auto connection, Connection::open(path, access, busy_timeout));
    TRY(const auto version, read_version(connection, migrations()));
    return Checked{std::move(connection), version};
}

// A reader of a write-ahead log keeps its marks in files beside the store. Where it may not create them
// (read-only media, a folder without write permission), nobody else can write either, and the store is read
// as it lies there. A process stopped while it made the store leaves something to take back first.
Result<Checked> connect_for_reading(const std::string& path, std::chrono::milliseconds busy_timeout) {
    auto checked = connect(path, Connection::Access::read, busy_timeout);
    if (checked.has_value() || checked.error().kind != ErrorKind::io) return checked;
    auto access = Connection::Access::write;
    if (!is_folder_writable(path))
        access = log_size(path) == 0 ? Connection::Access::read_immutable : Connection::Access::read_unshared;
    else if (!has_rollback_journal(path))
        return checked;
    auto second = connect(path, access, busy_timeout);
    return second.has_value() ? std::move(second) : std::move(checked);
}

Error without_permission(const std::string& path, std::string_view what) {
    return {
        .kind = ErrorKind::io, .message = fmt::format("{} is read-only", what), .context = "store " + path};
}

Result<Connection> open_for_writing(const std::string& path, std::chrono::milliseconds busy_timeout) {
    TRY(const auto state, inspect_file(path));
    if (state == FileState::missing) TRY_VOID(create_file(path));
    auto opened = Connection::open(path, Connection::Access::write, busy_timeout);
    // SQLite falls back to reading without a word.
    if (opened.has_value() && opened->is_read_only()) return without_permission(path, "the store");
    TRY(auto connection, std::move(opened));
    const auto version = read_version(connection, migrations());
    if (version.has_error() && version.error().kind == ErrorKind::io && !is_folder_writable(path))
        return without_permission(path, "the folder of the store");
    TRY_VOID(version);
    // A commit is on the disk when it returns (FULL); what was deleted is overwritten (secure_delete).
    TRY_VOID(
        connection.script("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON"));
    if (*version == Version::none) TRY_VOID(connection.use_write_ahead_log());
    if (*version != Version::current) TRY_VOID(migrate(connection, migrations()));
    return connection;
}

// Reading brings an older store up to date too, so that nobody need know of its versions; who may only read
// cannot.
Result<std::optional<Connection>> open_older(const std::string& path,
                                             std::chrono::milliseconds busy_timeout) {
    auto opened = open_for_writing(path, busy_timeout);
    if (opened.has_value()) return std::optional(std::move(*opened));
    auto error = std::move(opened).error();
    error.message = "an older relayctl wrote it, and it cannot be brought up to date: " + error.message;
    if (error.hint.empty()) error.hint = "run any command as the owner of the store";
    return error;
}

Result<std::optional<Connection>> open_for_reading(const std::string& path,
                                                   std::chrono::milliseconds busy_timeout) {
    TRY(const auto state, inspect_file(path));
    if (state != FileState::present) return std::optional<Connection>();
    TRY(auto checked, connect_for_reading(path, busy_timeout));
    switch (checked.version) {
        case Version::none:
            return std::optional<Connection>();
        case Version::older:
            break;
        case Version::current:
            return std::optional(std::move(checked.connection));
    }
    return open_older(path, busy_timeout);
}

}  // namespace

Result<Connection> open_in_memory() {
    TRY(auto connection,
        Connection::open(":memory:", Connection::Access::write, std::chrono::milliseconds(0)));
    TRY_VOID(migrate(connection, migrations()));
    return connection;
}

Result<std::optional<Connection>> open_connection(const std::filesystem::path& path, Mode mode,
                                                  std::chrono::milliseconds busy_timeout) {
    if (mode == Mode::scratch) {
        TRY(auto connection, open_in_memory());
        return std::optional(std::move(connection));
    }
    const auto& given = path.native();
    if (given.empty() || given.find('\0') != std::string::npos)
        return base::usage_error("the path of the store is empty or has a NUL byte", "--store PATH");
    std::error_code code;
    const auto absolute = std::filesystem::absolute(path, code).string();
    if (code)
        return Error{.kind = ErrorKind::io,
                     .message = "the current folder does not exist any more",
                     .context = "store " + given};
    if (mode == Mode::read) return open_for_reading(absolute, busy_timeout);
    TRY(auto connection, open_for_writing(absolute, busy_timeout));
    return std::optional(std::move(connection));
}

}  // namespace store
