// From argv to a command and its arguments, through CLI11.
#pragma once

#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/command.hpp"

namespace cli {

struct CommandLine {
    const Command* command = nullptr;  // nullptr: `words` names a group or nothing
    std::string words;                 // the command words found: "dkim", "dkim generate", ""
    Arguments arguments;
    bool help = false;  // --help stood somewhere
};

// `words` is argv without the program's name. Errors: usage, with "did you mean" for unknown commands and
// options.
base::Result<CommandLine> parse_command_line(const std::vector<std::string>& words);

}  // namespace cli
