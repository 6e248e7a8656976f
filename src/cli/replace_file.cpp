#include "cli/replace_file.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.hpp"

namespace cli {

namespace {

base::Error cannot_write(const std::string& path, int code) {
    return {.kind = base::ErrorKind::io,
            .message = fmt::format("cannot write the file {}: {}", base::quoted(path), std::strerror(code))};
}

mode_t mode_of_new_files() {
    const mode_t mask = ::umask(0);
    ::umask(mask);
    return 0666 & ~mask;
}

// 0, or the errno of what failed.
int write_synced(int descriptor, std::string_view text, mode_t mode) {
    while (!text.empty()) {
        const ssize_t count = ::write(descriptor, text.data(), text.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return errno;
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return ::fchmod(descriptor, mode) == 0 && ::fsync(descriptor) == 0 ? 0 : errno;
}

}  // namespace

base::Result<void> replace_file(const std::string& path, std::string_view text) {
    if (path.empty()) return base::usage_error("a file without a name cannot be written");
    std::error_code ignored;
    const auto target = std::filesystem::weakly_canonical(path, ignored).string();
    if (target.empty()) return cannot_write(path, ignored.value() != 0 ? ignored.value() : ENOENT);
    struct stat before {};
    const bool exists = ::stat(target.c_str(), &before) == 0;
    if (exists && !S_ISREG(before.st_mode))
        return base::usage_error(base::quoted(path) + " is not a regular file");
    std::string beside = target + ".XXXXXX";
    const int descriptor = ::mkostemp(beside.data(), O_CLOEXEC);
    if (descriptor < 0) return cannot_write(path, errno);
    int code = write_synced(descriptor, text, exists ? before.st_mode & 07777 : mode_of_new_files());
    if (::close(descriptor) != 0 && code == 0) code = errno;
    if (code == 0 && ::rename(beside.c_str(), target.c_str()) != 0) code = errno;
    if (code == 0) return {};
    ::unlink(beside.c_str());
    return cannot_write(path, code);
}

}  // namespace cli
