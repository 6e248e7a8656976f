#include "cli/journal.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.hpp"
#include "crypto/digest.hpp"

namespace cli {

namespace {

constexpr std::string_view mark = "#written ";
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

}  // namespace

base::Result<std::unique_ptr<Journal>> Journal::open(const std::filesystem::path& path,
                                                     std::string_view settings) {
    TRY(auto file, JournalFile::open(path, "verify", settings));
    std::unique_ptr<Journal> journal(new Journal(std::move(file)));
    TRY_VOID(journal->load());
    return journal;
}

base::Result<void> Journal::load() {
    auto whole = file_.offset();
    std::size_t finished = 0;
    std::size_t seen[3] = {};
    while (const auto line = file_.next()) {
        if (line->starts_with(mark)) {
            whole = file_.offset();
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
    TRY(const auto size, file_.size());
    dropped_ = size - std::min(whole, size);
    finished_.resize(finished);
    std::sort(finished_.begin(), finished_.end());
    if (dropped_ == 0) return {};
    return file_.cut(whole);
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
    return file_.write(std::exchange(batch_, {}));
}

}  // namespace cli
