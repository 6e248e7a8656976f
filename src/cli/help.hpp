// The overview, the help of a command, and its mdoc text, all made from the command tables.
#pragma once

#include <string>
#include <string_view>

#include "cli/console.hpp"
#include "cli/exit_code.hpp"

namespace cli {

std::string overview();                          // `relayctl` alone, and `relayctl help`
std::string group_help(std::string_view group);  // "dkim"
// Help on a command, a group or (words empty) everything. Errors: usage, for unknown words.
base::Result<ExitCode> print_help(Console& console, std::string_view words);

// The generated parts of man/relayctl.1 as mdoc(7): commands, options, findings, exit codes. Each stands
// between marks, by which scripts/update-man puts it into the page.
std::string man_commands();

}  // namespace cli
