#include "cli/journal.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.hpp"
#include "crypto/digest.hpp"

namespace cli {

namespace {

constexpr std::string_view head = "#relayctl verify journal 1: ";
constexpr std::string_view mark = "#written ";
constexpr std::size_t longest_entry = 8192;                  // octets of a line of the journal
constexpr std::uint64_t most_cut = std::uint64_t{16} << 20;  // octets that a batch can have written

std::uint64_t digest(std::string_view line) {
    const auto bytes = crypto::sha256(line);
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < sizeof number; ++i)
        number = number << 8 | bytes[i];
    return number;
}

std::optional<finding::Verdict> parse_verdict(std::string_view word) {
    for (const auto verdict : {finding::Verdict::good, finding::Verdict::bad, finding::Verdict::unchecked})
        if (word == finding::to_string(verdict)) return verdict;
    return std::nullopt;
}

// Where the output stands when it is a regular file: "device inode offset", else "-".
std::string output_position(int output) {
    struct stat status {};
    if (::fstat(output, &status) != 0 || !S_ISREG(status.st_mode)) return "-";
    const off_t offset = ::lseek(output, 0, SEEK_CUR);
    return offset < 0 ? "-" : fmt::format("{} {} {}", status.st_dev, status.st_ino, offset);
}

// The lines of a file that end with a newline, one after the other, and where each ends.
class FileLines {
  public:
    explicit FileLines(int file) : file_(file), buffer_(256 * 1024, '\0') {}

    // nullopt at the end, or at an entry that is too long.
    std::optional<std::string_view> next() {
        for (;;) {
            const std::size_t end = std::string_view(buffer_).substr(0, filled_).find('\n', begin_);
            if (end != std::string_view::npos) {
                const auto line = std::string_view(buffer_).substr(begin_, end - begin_);
                offset_ += line.size() + 1;
                begin_ = end + 1;
                return line;
            }
            std::memmove(buffer_.data(), buffer_.data() + begin_, filled_ - begin_);
            filled_ -= std::exchange(begin_, 0);
            if (filled_ > longest_entry) return std::nullopt;
            const ssize_t count = ::read(file_, buffer_.data() + filled_, buffer_.size() - filled_);
            if (count <= 0) return std::nullopt;
            filled_ += static_cast<std::size_t>(count);
        }
    }
    off_t offset() const { return static_cast<off_t>(offset_); }

  private:
    int file_;
    std::string buffer_;
    std::size_t begin_ = 0;
    std::size_t filled_ = 0;
    std::size_t offset_ = 0;
};

}  // namespace

base::Error Journal::io_error(std::string_view what) const {
    return {
        .kind = base::ErrorKind::io,
        .message = fmt::format("cannot {} the journal {}: {}", what, path_.string(), std::strerror(errno))};
}

base::Result<std::unique_ptr<Journal>> Journal::open(const std::filesystem::path& path,
                                                     std::string_view settings) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    std::unique_ptr<Journal> journal(new Journal(file, path));
    if (file < 0) return journal->io_error("open");
    struct stat status {};
    if (::fstat(file, &status) != 0 || !S_ISREG(status.st_mode))
        return base::usage_error(fmt::format("the journal {} must be a regular file", path.string()));
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) return journal->io_error("lock");
        return base::Error{.kind = base::ErrorKind::conflict,
                           .message = fmt::format("another run uses the journal {}", path.string())};
    }
    TRY_VOID(journal->load(settings));
    return journal;
}

Journal::~Journal() {
    if (file_ >= 0) ::close(file_);
}

base::Result<void> Journal::load(std::string_view settings) {
    FileLines lines(file_);
    const std::string wanted = std::string(head) + std::string(settings);
    const auto first = lines.next();
    if (!first) {
        // Empty, or the first run was killed while it began.
        std::string begun(wanted.size(), '\0');
        const ssize_t size = ::pread(file_, begun.data(), begun.size(), 0);
        if (size < 0) return io_error("read");
        if (!wanted.starts_with(std::string_view(begun).substr(0, static_cast<std::size_t>(size))))
            return base::usage_error(fmt::format("{} is not a journal of verify", path_.string()));
        if (::ftruncate(file_, 0) != 0) return io_error("write");
        return write(wanted + "\n");
    }
    if (!first->starts_with(head))
        return base::usage_error(fmt::format("{} is not a journal of verify", path_.string()),
                                 "--resume takes a file of its own, which is made when it is not there");
    if (*first != wanted)
        return base::usage_error(fmt::format("the journal {} is of a run with other options", path_.string()),
                                 fmt::format("it had: {}", first->substr(head.size())));
    off_t whole = lines.offset();
    std::size_t finished = 0;
    std::size_t seen[3] = {};
    while (const auto line = lines.next()) {
        if (line->starts_with(mark)) {
            whole = lines.offset();
            output_mark_ = line->substr(mark.size());
            finished = finished_.size();
            for (const auto verdict :
                 {finding::Verdict::good, finding::Verdict::bad, finding::Verdict::unchecked})
                if (std::exchange(seen[static_cast<std::size_t>(verdict)], 0) != 0 &&
                    std::find(verdicts_.begin(), verdicts_.end(), verdict) == verdicts_.end())
                    verdicts_.push_back(verdict);
            continue;
        }
        const std::size_t blank = line->find(' ');
        const auto verdict = parse_verdict(line->substr(0, blank));
        if (!verdict || blank == std::string_view::npos) break;
        ++seen[static_cast<std::size_t>(*verdict)];
        finished_.emplace_back(digest(line->substr(blank + 1)), false);
    }
    struct stat status {};
    if (::fstat(file_, &status) != 0) return io_error("read");
    dropped_ = static_cast<std::uint64_t>(std::max<off_t>(status.st_size - whole, 0));
    finished_.resize(finished);
    std::sort(finished_.begin(), finished_.end());
    if (::ftruncate(file_, whole) != 0) return io_error("write");
    return {};
}

base::Result<std::uint64_t> Journal::cut_output(int output) {
    const auto fields = base::split(output_mark_, ' ');
    const int flags = ::fcntl(output, F_GETFL);
    struct stat status {};
    if (fields.size() != 3 || flags < 0 || (flags & O_APPEND) == 0 || ::fstat(output, &status) != 0 ||
        fields[0] != std::to_string(status.st_dev) || fields[1] != std::to_string(status.st_ino))
        return 0;
    const auto written = base::parse_decimal(fields[2], INT64_MAX);
    const auto size = static_cast<std::uint64_t>(status.st_size);
    if (!written || size <= *written || size - *written > most_cut) return 0;
    if (::ftruncate(output, static_cast<off_t>(*written)) != 0)
        return base::Error{
            .kind = base::ErrorKind::io,
            .message = fmt::format("cannot cut the unfinished end off the output: {}", std::strerror(errno))};
    return size - *written;
}

bool Journal::take_finished(std::string_view line) {
    const std::pair<std::uint64_t, bool> wanted(digest(line), false);
    const auto found = std::lower_bound(finished_.begin(), finished_.end(), wanted);
    for (auto entry = found; entry != finished_.end() && entry->first == wanted.first; ++entry)
        if (!std::exchange(entry->second, true)) return true;
    return false;
}

void Journal::finish(std::string_view line, finding::Verdict verdict) {
    batch_ += fmt::format("{} {}\n", finding::to_string(verdict), line);
}

base::Result<void> Journal::commit(int output) {
    if (batch_.empty()) return {};
    batch_ += fmt::format("{}{}\n", mark, output_position(output));
    return write(std::exchange(batch_, {}));
}

base::Result<void> Journal::write(std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = ::write(file_, text.data(), text.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return io_error("write");
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
}

}  // namespace cli
