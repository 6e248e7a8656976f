// The overview, the help of a command, and its mdoc text, all made from the command tables.
#pragma once

#include <string>
#include <string_view>

#include "cli/command.hpp"
#include "cli/console.hpp"
#include "cli/exit_code.hpp"

namespace cli {

struct HelpForm {
    std::size_t width = 80;  // columns
    bool unicode = true;     // an ellipsis may be drawn
};
// As wide as the terminal, but running text is not read well in long lines, and options have no room in short
// ones: 40 to 80.
HelpForm help_form(const output::Terminal& terminal);

// Each in the chosen language (base::choose_language); no line of text is wider than the form, commands to be
// typed are.
std::string overview(HelpForm form);                            // `relayctl` alone, and `relayctl help`
std::string group_help(std::string_view group, HelpForm form);  // "dkim"
std::string command_help(const Command& command, HelpForm form);
std::span<const Example> overview_examples();

// Help on a command, a group or (words empty) everything. Errors: usage, for unknown words.
base::Result<ExitCode> print_help(Console& console, std::string_view words);

// The generated parts of the pages in man/ as mdoc(7): commands, options, findings, exit codes. Each stands
// between marks, by which scripts/update-man puts it into the page that has them.
std::string man_commands();

}  // namespace cli
