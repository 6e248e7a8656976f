// What became of a message, in words for people and as an exit code.
#pragma once

#include "cli/commands/send_run.hpp"
#include "cli/exit_code.hpp"

namespace cli {

// On standard error, for people and for the logs of those who call; `name` stands before it where it is not
// empty.
void tell_outcome(Console& console, const SendReport& report, std::string_view name = {});

// Of a message that no relay takes.
void tell_untaken(Console& console, const NotTaken& untaken);

// 0, 7, 75, 74 or 130: see send's help. `asked` is --over.
ExitCode send_exit_code(const SendReport& report, std::optional<relay::OverLimit> asked);
// Of a message that was not sent at all. What another try may mend is 75.
ExitCode send_exit_code(const base::Error& error);

}  // namespace cli
