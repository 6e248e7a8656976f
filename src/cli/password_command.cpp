#include "cli/password_command.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.hpp"
#include "cli/shell_command.hpp"
#include "sasl/mechanism.hpp"

namespace cli {

namespace {

using Steady = std::chrono::steady_clock;

constexpr std::chrono::seconds limit{60};
constexpr std::size_t longest_line = sasl::max_secret_octets;

base::Error failed(std::string why) {
    return {.kind = base::ErrorKind::unavailable,
            .message = "the password command " + std::move(why),
            .hint = "run it by hand: its first line of output is the password"};
}

// The command and the end of the pipe that holds its output.
class Child {
  public:
    Child() = default;
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() {
        if (output_ >= 0) ::close(output_);
    }

    bool start(const std::string& command);
    base::Result<base::Secret> first_line(Steady::time_point end);
    base::Result<void> wait(Steady::time_point end);

  private:
    ShellCommand command_;
    int output_ = -1;
};

bool Child::start(const std::string& command) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    output_ = ends[0];
    const ShellCommand::Ends given{.output = ends[1]};
    const bool started = command_.start(command, given, ShellCommand::Group::shared);
    ::close(ends[1]);
    return started;
}

// Reads to the end, so that the command is not ended by a closed pipe; keeps the first line only.
base::Result<base::Secret> Child::first_line(Steady::time_point end) {
    std::string line;
    line.reserve(longest_line + 2);
    bool is_whole = false;
    std::array<char, 4096> buffer{};
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Steady::now());
        pollfd readable{.fd = output_, .events = POLLIN, .revents = 0};
        if (left.count() <= 0 || ::poll(&readable, 1, static_cast<int>(left.count())) == 0)
            return failed(fmt::format("did not end within {} s", limit.count()));
        const ssize_t count = ::read(output_, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        for (const char c : std::string_view(buffer.data(), static_cast<std::size_t>(count))) {
            is_whole = is_whole || c == '\n';
            if (!is_whole && line.size() <= longest_line) line += c;
        }
        ::explicit_bzero(buffer.data(), buffer.size());
    }
    if (line.ends_with('\r')) line.pop_back();
    return base::Secret(std::move(line));
}

base::Result<void> Child::wait(Steady::time_point end) {
    const auto status = command_.wait(end);
    if (!status) return failed(fmt::format("did not end within {} s", limit.count()));
    if (WIFEXITED(*status) && WEXITSTATUS(*status) == 0) return {};
    if (WIFEXITED(*status)) return failed(fmt::format("ended with exit code {}", WEXITSTATUS(*status)));
    return failed("was ended by a signal");
}

}  // namespace

base::Result<base::Secret> run_password_command(const std::string& command) {
    const auto end = Steady::now() + limit;
    Child child;
    if (!child.start(command)) return failed("could not be run");
    TRY(auto secret, child.first_line(end));
    TRY_VOID(child.wait(end));
    if (secret.empty()) return failed("printed nothing");
    if (secret.reveal().size() > longest_line)
        return failed(fmt::format("printed more than {} octets", longest_line));
    for (const char c : secret.reveal())
        if (base::is_control(c)) return failed("printed a control character");
    return secret;
}

}  // namespace cli
