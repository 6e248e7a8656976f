#include "store/file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/descriptor.hpp"
#include "base/shell_word.hpp"
#include "base/text.hpp"

namespace store {

using base::Error;
using base::ErrorKind;
using base::Result;

namespace {

std::string folder_of(const std::string& path) {
    return std::filesystem::path(path).parent_path().string();
}

Error system_error(const std::string& path, std::string_view what, int number) {
    const char* words = strerrordesc_np(number);  // untranslated
    Error error{.kind = ErrorKind::io, .message = {}, .context = "store " + path};
    if (number == ENOSPC || number == EDQUOT)
        error.message = "the disk is full: nothing was changed";
    else
        error.message = fmt::format("cannot {}: {}", what,
                                    words == nullptr ? std::to_string(number) : base::lower(words));
    if (number == EACCES) error.hint = access_hint(path);
    return error;
}

Result<void> create_folder(const std::string& path) {
    struct stat status {};
    if (stat(path.c_str(), &status) == 0) return {};
    if (errno != ENOENT) return system_error(path, "open the folder", errno);
    if (const auto parent = folder_of(path); parent != path && !parent.empty())
        TRY_VOID(create_folder(parent));
    if (mkdir(path.c_str(), 0700) != 0) {
        if (errno == EEXIST && stat(path.c_str(), &status) == 0) return {};
        return system_error(path, "create the folder", errno);
    }
    if (chmod(path.c_str(), 0700) != 0) return system_error(path, "set the mode of the folder", errno);
    return {};
}

// By the first 16 bytes (https://www.sqlite.org/fileformat.html section 1.3); true when it cannot be read.
bool may_be_sqlite(const std::string& path) {
    constexpr std::string_view magic("SQLite format 3\0", 16);
    const base::Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::array<char, magic.size()> start{};
    const ssize_t size = file.valid() ? read(file.get(), start.data(), start.size()) : -1;
    return size < 0 || std::string_view(start.data(), static_cast<std::size_t>(size)) == magic;
}

}  // namespace

std::string access_hint(const std::string& path) {
    return fmt::format("ls -ld {} {}; how a store is shared with other users: man relayctl-sendmail",
                       base::shell_word(folder_of(path)), base::shell_word(path));
}

Result<FileState> inspect_file(const std::string& path) {
    struct stat status {};
    if (stat(path.c_str(), &status) != 0) {
        if (errno == ENOENT) return FileState::missing;
        return system_error(path, "open the store", errno);
    }
    if (S_ISDIR(status.st_mode))
        return Error{.kind = ErrorKind::io, .message = "it is a directory", .context = "store " + path};
    if (!S_ISREG(status.st_mode))
        return Error{
            .kind = ErrorKind::io, .message = "it is not a regular file", .context = "store " + path};
    // A store of root's that was given to another group than root's is shared with that one on purpose.
    const bool is_shared = status.st_uid == 0 && status.st_gid != 0;
    // The file of another program keeps its mode: what it is gets told on opening.
    if ((status.st_mode & (is_shared ? 07U : 077U)) != 0 && (status.st_size == 0 || may_be_sqlite(path)))
        return Error{.kind = ErrorKind::usage,
                     .message = fmt::format("the store holds passwords and others can open it (mode {:04o})",
                                            status.st_mode & 07777U),
                     .hint = (is_shared ? "chmod 660 " : "chmod 600 ") + base::shell_word(path),
                     .context = "store " + path};
    return status.st_size == 0 ? FileState::empty : FileState::present;
}

Result<void> create_file(const std::string& path) {
    const auto folder = folder_of(path);
    TRY_VOID(create_folder(folder));
    const base::Descriptor file(open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file.valid()) {
        const int number = errno;
        struct stat status {};
        if (number == EEXIST && stat(path.c_str(), &status) == 0) return {};
        if (number == EEXIST)
            return Error{.kind = ErrorKind::io,
                         .message = "it is a symbolic link that leads nowhere",
                         .context = "store " + path};
        return system_error(path, "create the store", number);
    }
    if (fchmod(file.get(), 0600) != 0) return system_error(path, "set the mode of the store", errno);
    // The name itself must survive a power cut.
    const base::Descriptor directory(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (directory.valid()) fsync(directory.get());
    return {};
}

bool is_folder_writable(const std::string& path) {
    return access(folder_of(path).c_str(), W_OK | X_OK) == 0;
}

bool has_rollback_journal(const std::string& path) {
    return access((path + "-journal").c_str(), F_OK) == 0;
}

std::uint64_t log_size(const std::string& path) {
    struct stat status {};
    return stat((path + "-wal").c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

}  // namespace store
