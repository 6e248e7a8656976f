#include "cli/message_input.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <tuple>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include "base/text.hpp"

namespace cli {

namespace {

constexpr int closing_milliseconds = 100;

auto identity_of(const struct stat& status) {
    return std::tuple(status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
}

}  // namespace

MessageInput::MessageInput(int descriptor, bool own, std::string name, const struct stat& status, off_t start)
    : descriptor_(descriptor), own_(own), name_(std::move(name)), status_(status), start_(start) {
    // Files of /proc are said to have no octets.
    if (own && S_ISREG(status.st_mode) && status.st_size > 0) left_ = size();
}

MessageInput::MessageInput(MessageInput&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      own_(other.own_),
      name_(std::move(other.name_)),
      status_(other.status_),
      start_(other.start_),
      left_(other.left_) {}

MessageInput::~MessageInput() {
    if (own_ && descriptor_ >= 0) ::close(descriptor_);
}

base::Error MessageInput::error(std::string_view doing, int number) const {
    return {.kind = base::ErrorKind::io,
            .message = fmt::format("cannot {} {}: {}", doing, name_, std::strerror(number))};
}

base::Result<MessageInput> MessageInput::open(const std::string& path) {
    const bool standard = path == "-";
    const std::string name = standard ? "standard input" : base::quoted(path);
    const int descriptor = standard ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (descriptor < 0)
        return base::usage_error(fmt::format("cannot read {}: {}", name, std::strerror(errno)));
    struct stat status {};
    const bool known = ::fstat(descriptor, &status) == 0;
    const int number = errno;
    const off_t start = standard && known && S_ISREG(status.st_mode) ? ::lseek(descriptor, 0, SEEK_CUR) : 0;
    MessageInput input(descriptor, !standard, name, status, start);
    if (!known) return base::usage_error(fmt::format("cannot read {}: {}", name, std::strerror(number)));
    if (S_ISDIR(status.st_mode)) return base::usage_error(name + " is a directory, not a message");
    return input;
}

base::Result<std::size_t> MessageInput::read(std::span<char> buffer) {
    if (left_ == 0) return 0;
    for (;;) {
        const ssize_t count = ::read(descriptor_, buffer.data(), buffer.size());
        if (left_ && count > 0) *left_ -= std::min<std::uint64_t>(*left_, static_cast<std::uint64_t>(count));
        if (count >= 0) return static_cast<std::size_t>(count);
        if (errno != EINTR) return error("read", errno);
    }
}

bool MessageInput::has_more() {
    char octet = 0;
    ::pollfd wanted{.fd = descriptor_, .events = POLLIN, .revents = 0};
    return ::isatty(descriptor_) == 0 && ::poll(&wanted, 1, closing_milliseconds) > 0 &&
           ::read(descriptor_, &octet, 1) > 0;
}

base::Result<void> MessageInput::rewind() {
    if (::lseek(descriptor_, start_, SEEK_SET) < 0) return error("read again", errno);
    if (left_) left_ = size();
    return {};
}

base::Result<void> MessageInput::check_unchanged() const {
    if (!can_rewind()) return {};
    struct stat now {};
    if (::fstat(descriptor_, &now) != 0) return error("look at", errno);
    if (identity_of(now) == identity_of(status_)) return {};
    return base::Error{
        .kind = base::ErrorKind::conflict,
        .message = name_ + " was changed while it was read: what was written is not what was signed"};
}

}  // namespace cli
