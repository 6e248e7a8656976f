#include "cli/shell_command.hpp"

#include <array>
#include <csignal>
#include <thread>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace cli {

namespace {

constexpr std::chrono::milliseconds look_again{10};

class Actions {
  public:
    Actions() { ::posix_spawn_file_actions_init(&actions_); }
    Actions(const Actions&) = delete;
    Actions& operator=(const Actions&) = delete;
    ~Actions() { ::posix_spawn_file_actions_destroy(&actions_); }

    void give(int descriptor, int to) { ::posix_spawn_file_actions_adddup2(&actions_, descriptor, to); }
    void give_nothing(int to) { ::posix_spawn_file_actions_addopen(&actions_, to, "/dev/null", O_RDONLY, 0); }
    const posix_spawn_file_actions_t* get() const { return &actions_; }

  private:
    posix_spawn_file_actions_t actions_{};
};

class Attributes {
  public:
    explicit Attributes(ShellCommand::Group group) {
        ::posix_spawnattr_init(&attributes_);
        // What we ignore for ourselves is nothing that a shell expects.
        sigset_t usual;
        sigemptyset(&usual);
        sigaddset(&usual, SIGPIPE);
        sigaddset(&usual, SIGXFSZ);
        ::posix_spawnattr_setsigdefault(&attributes_, &usual);
        const bool alone = group == ShellCommand::Group::alone;
        const int flags = POSIX_SPAWN_SETSIGDEF | (alone ? POSIX_SPAWN_SETPGROUP : 0);
        ::posix_spawnattr_setflags(&attributes_, static_cast<short>(flags));
    }
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;
    ~Attributes() { ::posix_spawnattr_destroy(&attributes_); }
    const posix_spawnattr_t* get() const { return &attributes_; }

  private:
    posix_spawnattr_t attributes_{};
};

}  // namespace

ShellCommand::~ShellCommand() {
    if (pid_ <= 0) return;
    ::kill(has_group_ ? -pid_ : pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

bool ShellCommand::start(const std::string& command, const Ends& ends, Group group) {
    Actions actions;
    if (ends.input >= 0)
        actions.give(ends.input, STDIN_FILENO);
    else
        actions.give_nothing(STDIN_FILENO);
    actions.give(ends.output >= 0 ? ends.output : STDERR_FILENO, STDOUT_FILENO);
    const Attributes attributes(group);
    std::string shell = "/bin/sh", option = "-c", text = command;
    std::array<char*, 4> words = {shell.data(), option.data(), text.data(), nullptr};
    const int error =
        ::posix_spawn(&pid_, shell.c_str(), actions.get(), attributes.get(), words.data(), environ);
    if (error != 0) pid_ = 0;
    has_group_ = group == Group::alone;
    return error == 0;
}

std::optional<int> ShellCommand::wait(std::chrono::steady_clock::time_point end) {
    int status = 0;
    while (::waitpid(pid_, &status, WNOHANG) == 0) {
        if (std::chrono::steady_clock::now() >= end) return std::nullopt;
        std::this_thread::sleep_for(look_again);
    }
    pid_ = 0;
    return status;
}

}  // namespace cli
