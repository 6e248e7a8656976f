#include "cli/journal_file.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace cli {

namespace {

constexpr std::size_t longest_note = 8192;  // octets
constexpr std::size_t read_size = 256 * 1024;

}  // namespace

JournalFile::JournalFile(JournalFile&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      path_(std::move(other.path_)),
      buffer_(std::move(other.buffer_)),
      begin_(other.begin_),
      filled_(other.filled_),
      offset_(other.offset_) {}

JournalFile::~JournalFile() {
    if (file_ >= 0) ::close(file_);
}

base::Error JournalFile::io_error(std::string_view what) const {
    return {
        .kind = base::ErrorKind::io,
        .message = fmt::format("cannot {} the journal {}: {}", what, path_.string(), std::strerror(errno))};
}

base::Result<JournalFile> JournalFile::open(const std::filesystem::path& path, std::string_view command,
                                            std::string_view settings) {
    JournalFile journal(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644), path);
    if (journal.file_ < 0) return journal.io_error("open");
    struct stat status {};
    if (::fstat(journal.file_, &status) != 0 || !S_ISREG(status.st_mode))
        return base::usage_error(fmt::format("the journal {} must be a regular file", path.string()));
    if (::flock(journal.file_, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) return journal.io_error("lock");
        return base::Error{.kind = base::ErrorKind::conflict,
                           .message = fmt::format("another run uses the journal {}", path.string())};
    }
    TRY_VOID(journal.read_head(command, settings));
    return journal;
}

base::Result<void> JournalFile::read_head(std::string_view command, std::string_view settings) {
    const auto head = fmt::format("#relayctl {} journal 1: ", command);
    const auto wanted = head + std::string(settings);
    const auto foreign = [&] {
        return base::usage_error(fmt::format("{} is not a journal of {}", path_.string(), command),
                                 "--resume takes a file of its own, which is made when it is not there");
    };
    const auto first = next();
    if (!first) {
        // Empty, or the first run was killed while it began.
        std::string begun(wanted.size(), '\0');
        const ssize_t count = ::pread(file_, begun.data(), begun.size(), 0);
        if (count < 0) return io_error("read");
        if (!wanted.starts_with(std::string_view(begun).substr(0, static_cast<std::size_t>(count))))
            return foreign();
        TRY_VOID(cut(0));
        begin_ = filled_ = 0;
        offset_ = wanted.size() + 1;
        return write(wanted + "\n");
    }
    if (!first->starts_with(head)) return foreign();
    if (*first == wanted) return {};
    return base::usage_error(fmt::format("the journal {} is of a run with other options", path_.string()),
                             fmt::format("it had: {}", first->substr(head.size())));
}

std::optional<std::string_view> JournalFile::next() {
    buffer_.resize(read_size);
    for (;;) {
        const auto end = std::string_view(buffer_).substr(0, filled_).find('\n', begin_);
        if (end != std::string_view::npos) {
            const auto line = std::string_view(buffer_).substr(begin_, end - begin_);
            offset_ += line.size() + 1;
            begin_ = end + 1;
            return line;
        }
        std::memmove(buffer_.data(), buffer_.data() + begin_, filled_ - begin_);
        filled_ -= std::exchange(begin_, 0);
        if (filled_ > longest_note) return std::nullopt;
        const ssize_t count = ::read(file_, buffer_.data() + filled_, buffer_.size() - filled_);
        if (count <= 0) return std::nullopt;
        filled_ += static_cast<std::size_t>(count);
    }
}

base::Result<std::uint64_t> JournalFile::size() const {
    struct stat status {};
    if (::fstat(file_, &status) != 0) return io_error("read");
    return static_cast<std::uint64_t>(status.st_size);
}

base::Result<void> JournalFile::cut(std::uint64_t size) {
    if (::ftruncate(file_, static_cast<off_t>(size)) != 0) return io_error("write");
    return {};
}

base::Result<void> JournalFile::write(std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = ::write(file_, text.data(), text.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return io_error("write");
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
}

base::Result<void> JournalFile::sync() {
    if (::fdatasync(file_) != 0) return io_error("write");
    return {};
}

}  // namespace cli
