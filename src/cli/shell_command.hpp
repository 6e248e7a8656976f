// A command of the user's own, run by the shell. What comes from elsewhere never stands in it.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include <sys/types.h>

namespace cli {

class ShellCommand {
  public:
    // alone: a process group of its own, with which everything that it starts is ended too; it cannot ask on
    // the terminal then.
    enum class Group { shared, alone };
    struct Ends {
        int input = -1;   // -1 = /dev/null
        int output = -1;  // -1 = standard error
    };

    ShellCommand() = default;
    ShellCommand(const ShellCommand&) = delete;
    ShellCommand& operator=(const ShellCommand&) = delete;
    ~ShellCommand();  // kills what still runs

    // `/bin/sh -c command`. False when it could not be started.
    bool start(const std::string& command, const Ends& ends, Group group);
    // What waitpid(2) tells of it; nullopt = it runs still.
    std::optional<int> wait(std::chrono::steady_clock::time_point end);

  private:
    pid_t pid_ = 0;
    bool has_group_ = false;
};

}  // namespace cli
