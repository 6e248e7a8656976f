#include "cli/key_file.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/descriptor.hpp"
#include "base/text.hpp"

namespace cli {

namespace {

base::Error cannot(std::string_view verb, std::string_view what, const std::string& path, int code) {
    return {
        .kind = verb == "read" ? base::ErrorKind::usage : base::ErrorKind::io,
        .message = fmt::format("cannot {} {} {}: {}", verb, what, base::quoted(path), std::strerror(code))};
}

bool write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = ::write(descriptor, text.data(), text.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return ::fsync(descriptor) == 0;
}

}  // namespace

base::Result<KeyFile> read_key_file(const std::string& path, std::size_t limit) {
    // O_NONBLOCK: a FIFO must not hang the command; it is refused below as no regular file.
    const base::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
    if (file.get() < 0) return cannot("read", "key file", path, errno);
    struct stat status {};
    if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode))
        return base::usage_error(fmt::format("key file {} is not a regular file", base::quoted(path)));
    if (status.st_size > static_cast<off_t>(limit))
        return base::usage_error(
            fmt::format("key file {} is longer than {} octets", base::quoted(path), limit));
    std::string text(limit + 1, '\0');
    std::size_t size = 0;
    while (size < text.size()) {
        const ssize_t count = ::read(file.get(), text.data() + size, text.size() - size);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return cannot("read", "key file", path, errno);
        if (count == 0) break;
        size += static_cast<std::size_t>(count);
    }
    text.resize(size);
    return KeyFile{.text = base::Secret(std::move(text)),
                   .others_read = (status.st_mode & (S_IRWXG | S_IRWXO)) != 0};
}

base::Result<void> write_key_file(const std::string& path, const base::Secret& text, std::string_view what) {
    const base::Descriptor file(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW, 0600));
    if (file.get() < 0 && errno == EEXIST)
        return base::Error{.kind = base::ErrorKind::conflict,
                           .message = fmt::format("{} exists; nothing is overwritten", base::quoted(path)),
                           .hint = "name a new file"};
    if (file.get() < 0) return cannot("write", what, path, errno);
    if (::fchmod(file.get(), 0600) == 0 && write_all(file.get(), text.reveal())) return {};
    const int code = errno;
    ::unlink(path.c_str());
    return cannot("write", what, path, code);
}

}  // namespace cli
