#include "cli/clipboard.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <optional>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base64.hpp"

extern char** environ;

namespace cli {

namespace {

using Steady = std::chrono::steady_clock;

constexpr std::chrono::seconds limit{5};
constexpr std::chrono::milliseconds look_again{10};

base::Error failed(std::string why) {
    return {.kind = base::ErrorKind::unavailable,
            .message = "cannot copy: " + std::move(why),
            .hint = "leave --copy out, and mark the record in the terminal"};
}

struct Program {
    std::string name;
    std::vector<std::string> words;  // with the name
    std::string says;                // when it ended well
};

// SIGPIPE is ignored by the program, so a child that reads nothing is an error of write().
bool write_all(int descriptor, std::string_view text, Steady::time_point end) {
    while (!text.empty()) {
        pollfd writable{.fd = descriptor, .events = POLLOUT, .revents = 0};
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Steady::now()).count();
        if (left <= 0 || ::poll(&writable, 1, static_cast<int>(left)) == 0) return false;
        const ssize_t count = ::write(descriptor, text.data(), text.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

// The exit status, or nullopt: it did not end in time, and was ended.
std::optional<int> wait_for(pid_t pid, Steady::time_point end) {
    int status = 0;
    while (::waitpid(pid, &status, WNOHANG) == 0) {
        if (Steady::now() >= end) {
            ::kill(pid, SIGKILL);
            ::waitpid(pid, nullptr, 0);
            return {};
        }
        std::this_thread::sleep_for(look_again);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

// Gives the text to the program on its standard input. nullopt: there is no such program. What stays in the
// background to serve the clipboard must not hold our output open.
std::optional<base::Result<std::string>> run(const Program& program, std::string_view text) {
    int ends[2] = {};
    if (::pipe2(ends, O_CLOEXEC) != 0) return failed(std::strerror(errno));
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
    ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    auto words = program.words;
    std::vector<char*> pointers;
    for (auto& word : words)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    pid_t pid = 0;
    const int error = ::posix_spawnp(&pid, pointers.front(), &actions, nullptr, pointers.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[0]);
    const auto end = Steady::now() + limit;
    const bool written = error == 0 && write_all(ends[1], text, end);
    ::close(ends[1]);
    if (error == ENOENT) return {};
    if (error != 0) return failed(fmt::format("{}: {}", program.name, std::strerror(error)));
    const auto status = wait_for(pid, end);
    if (!status) return failed(fmt::format("{} did not end within {} s", program.name, limit.count()));
    if (!written || *status != 0)
        return failed(fmt::format("{} failed with exit code {}", program.name, *status));
    return program.says;
}

// OSC 52: the terminal is asked to put the base64 text into its clipboard. It does not answer.
base::Result<std::string> ask_terminal(std::string_view text) {
    const int terminal = ::open("/dev/tty", O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (terminal < 0) return failed("there is no tmux, no display and no terminal");
    const auto sequence = "\x1b]52;c;" + base::encode_base64(text) + "\x07";
    const bool written = write_all(terminal, sequence, Steady::now() + limit);
    ::close(terminal);
    if (!written) return failed("the terminal takes nothing");
    return std::string("sent to the terminal for its clipboard (OSC 52); whether it took it cannot be seen");
}

}  // namespace

base::Result<std::string> copy_to_clipboard(const Context& context, std::string_view text) {
    std::vector<Program> programs;
    // With -w tmux hands it on to its terminal; what it lets a program send itself depends on its settings.
    if (!context.variable("TMUX").empty())
        programs.push_back(
            {.name = "tmux",
             .words = {"tmux", "load-buffer", "-w", "-"},
             .says = "copied into tmux's buffer, and sent to its terminal; whether that took it cannot "
                     "be seen"});
    if (!context.variable("WAYLAND_DISPLAY").empty())
        programs.push_back({.name = "wl-copy", .words = {"wl-copy"}, .says = "copied with wl-copy"});
    if (!context.variable("DISPLAY").empty())
        programs.push_back(
            {.name = "xclip", .words = {"xclip", "-selection", "clipboard"}, .says = "copied with xclip"});
    for (const auto& program : programs)
        if (auto result = run(program, text)) return std::move(*result);
    return ask_terminal(text);
}

}  // namespace cli
