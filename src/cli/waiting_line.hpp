// A line on the terminal while something takes its time.
#pragma once

#include <functional>
#include <string>

#include "cli/console.hpp"
#include "net/stream.hpp"

namespace cli {

using WaitingText = std::function<std::string(std::chrono::seconds)>;  // how long it has taken so far

// Runs the task to its end. Where stderr is a terminal, one line is drawn from 300 ms on, twice a second, and
// erased at the end. What the task throws is passed on.
net::Task<void> tell_while_waiting(Console& console, net::Task<void> task, WaitingText text);

}  // namespace cli
