#include "cli/spool.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/text.hpp"

namespace cli {

namespace {

constexpr std::size_t chunk_size = 65536;

}  // namespace

Spool::~Spool() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

base::Error Spool::error(std::string_view doing) const {
    return {.kind = base::ErrorKind::io,
            .message = fmt::format("cannot {} a temporary file in {}: {}", doing, base::quoted(folder_),
                                   std::strerror(errno)),
            .hint = "set TMPDIR to a folder with room for the message"};
}

base::Result<void> Spool::make_file() {
    descriptor_ = ::open(folder_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    // Not every file system can make a file without a name: then it loses its name at once.
    if (descriptor_ < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
        std::string path = folder_ + "/relayctl-XXXXXX";
        descriptor_ = ::mkostemp(path.data(), O_CLOEXEC);
        if (descriptor_ >= 0) ::unlink(path.c_str());
    }
    if (descriptor_ < 0) return error("make");
    return {};
}

base::Result<void> Spool::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return error("write");
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
}

base::Result<void> Spool::append(std::string_view bytes) {
    if (descriptor_ < 0 && fits_in_memory(bytes.size())) {
        memory_ += bytes;
        return {};
    }
    if (descriptor_ < 0) {
        TRY_VOID(make_file());
        TRY_VOID(write(memory_));
        memory_ = {};
    }
    return write(bytes);
}

base::Result<void> Spool::replay(const std::function<base::Result<void>(std::string_view)>& take) {
    if (descriptor_ < 0) return take(memory_);
    if (::lseek(descriptor_, 0, SEEK_SET) < 0) return error("read");
    std::string buffer(chunk_size, '\0');
    for (;;) {
        const ssize_t count = ::read(descriptor_, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return error("read");
        if (count == 0) return {};
        TRY_VOID(take(std::string_view(buffer).substr(0, static_cast<std::size_t>(count))));
    }
}

base::Result<std::size_t> Spool::read_at(std::uint64_t offset, std::span<char> buffer) const {
    if (descriptor_ < 0) {
        const auto rest = std::string_view(memory_).substr(std::min<std::size_t>(offset, memory_.size()));
        return rest.copy(buffer.data(), buffer.size());
    }
    for (;;) {
        const ssize_t count = ::pread(descriptor_, buffer.data(), buffer.size(), static_cast<off_t>(offset));
        if (count >= 0) return static_cast<std::size_t>(count);
        if (errno != EINTR) return error("read");
    }
}

base::Result<std::string_view> SpoolReader::next() {
    buffer_.resize(chunk_size);
    TRY(const auto count, spool_.read_at(offset_, buffer_));
    offset_ += count;
    return std::string_view(buffer_).substr(0, count);
}

}  // namespace cli
