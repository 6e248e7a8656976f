// What is told when failures have put a relay out of use.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "app/reservation.hpp"
#include "cli/context.hpp"
#include "cli/shell_command.hpp"
#include "relay/store.hpp"

namespace cli {

// Those of one run.
class Trips {
  public:
    explicit Trips(Context& context) : context_(context) {}
    Trips(const Trips&) = delete;
    Trips& operator=(const Trips&) = delete;
    ~Trips() { wait(); }

    // On standard error, and to the setting notify-command, which runs on meanwhile: no message waits for it.
    // Never fails: what the command could not do is a notice.
    void tell(relay::Store& store, const app::Reservation& reservation, const std::string& reason);
    // For the commands that still run, each until half a minute after its start: then it is ended, and what
    // it has started with it.
    void wait();

  private:
    struct Running {
        std::unique_ptr<ShellCommand> shell;
        std::chrono::steady_clock::time_point end;
    };
    void start(const std::string& command, const std::string& text);
    void complain(const std::string& why) const;

    Context& context_;
    std::vector<Running> running_;
};

}  // namespace cli
