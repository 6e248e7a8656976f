#include "cli/message_output.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.hpp"

namespace cli {

namespace {

constexpr std::size_t longest_line = 65536;
constexpr std::size_t buffer_size = 65536;

// Makes lines printable, fed in any chunking; what is longer than a line may be is cut.
class PrintableLines {
  public:
    std::string feed(std::string_view text) {
        std::string result;
        for (; !text.empty();) {
            const auto end = text.find('\n');
            line_ += text.substr(0, end);
            text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
            if (end == std::string_view::npos && line_.size() < longest_line) break;
            if (end != std::string_view::npos && line_.ends_with('\r')) line_.pop_back();
            result += base::printable(line_);
            if (end != std::string_view::npos) result += '\n';
            line_.clear();
        }
        return result;
    }
    std::string finish() { return base::printable(line_); }

  private:
    std::string line_;
};

// A file under a name of its own until it is whole.
class NewFile {
  public:
    NewFile(const std::string& folder, const std::string& name)
        : path_(folder + "/" + name), draft_(fmt::format("{}/.relayctl-{}-{}", folder, ::getpid(), name)) {}
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;
    ~NewFile() {
        if (descriptor_ < 0) return;
        ::close(descriptor_);
        ::unlink(draft_.c_str());
    }

    base::Result<void> open() {
        descriptor_ = ::open(draft_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
        if (descriptor_ < 0) return error("make", errno);
        return {};
    }
    base::Result<void> write(std::string_view bytes) {
        if (pending_.size() + bytes.size() < buffer_size) {
            pending_ += bytes;
            return {};
        }
        TRY_VOID(write_now(pending_));
        pending_.clear();
        return write_now(bytes);
    }
    base::Result<void> finish() {
        TRY_VOID(write_now(pending_));
        if (::close(std::exchange(descriptor_, -1)) != 0) return fail("write", errno);
        if (::renameat2(AT_FDCWD, draft_.c_str(), AT_FDCWD, path_.c_str(), RENAME_NOREPLACE) == 0) return {};
        const int number = errno;
        if (number != EINVAL) return fail("write", number);
        // A file system without RENAME_NOREPLACE; link() does not replace either.
        if (::link(draft_.c_str(), path_.c_str()) != 0) return fail("write", errno);
        ::unlink(draft_.c_str());
        return {};
    }

  private:
    base::Result<void> write_now(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) return error("write", errno);
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
        return {};
    }
    base::Error fail(std::string_view doing, int number) {
        ::unlink(draft_.c_str());
        return error(doing, number);
    }
    base::Error error(std::string_view doing, int number) const {
        if (number == EEXIST)
            return {
                .kind = base::ErrorKind::conflict,
                .message = fmt::format("{} is there already; nothing is overwritten", base::quoted(path_))};
        return {
            .kind = base::ErrorKind::io,
            .message = fmt::format("cannot {} {}: {}", doing, base::quoted(path_), std::strerror(number))};
    }

    std::string path_;
    std::string draft_;
    std::string pending_;
    int descriptor_ = -1;
};

}  // namespace

namespace {

base::Result<void> print_piece(Console& console, PrintableLines& lines, std::string_view piece) {
    if (console.reader_is_gone()) return {};
    if (console.output_is_terminal())
        console.print(lines.feed(piece));
    else
        console.print(piece);
    return console.flush();
}

}  // namespace

base::Result<void> print_message(Console& console, MessageSigning& message) {
    PrintableLines lines;
    TRY_VOID(message.write([&](std::string_view piece) { return print_piece(console, lines, piece); }));
    console.print(lines.finish());
    return {};
}

base::Result<void> print_pieces(Console& console,
                                const std::function<base::Result<std::string_view>()>& read) {
    PrintableLines lines;
    for (;;) {
        TRY(const auto piece, read());
        if (piece.empty()) break;
        TRY_VOID(print_piece(console, lines, piece));
    }
    console.print(lines.finish());
    return {};
}

void print_fields(Console& console, const std::vector<std::string>& fields) {
    PrintableLines lines;
    for (const auto& field : fields) {
        if (console.output_is_terminal())
            console.print(lines.feed(field));
        else
            console.print(field);
    }
}

base::Result<void> store_message(const std::string& folder, const std::string& name,
                                 MessageSigning& message) {
    NewFile file(folder, name);
    TRY_VOID(file.open());
    TRY_VOID(message.write([&](std::string_view piece) { return file.write(piece); }));
    return file.finish();
}

}  // namespace cli
