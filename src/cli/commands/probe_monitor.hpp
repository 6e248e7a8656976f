// `probe --monitor`: one relay, for Nagios and whatever speaks to its plugins.
#pragma once

#include "cli/arguments.hpp"
#include "cli/context.hpp"
#include "cli/exit_code.hpp"

namespace cli {

// The exit code is 0 ok, 1 warning, 2 critical, 3 unknown. Whoever prints the Error makes it the last, in a
// line on standard output.
base::Result<ExitCode> probe_monitor(Context& context, const Arguments& arguments);

}  // namespace cli
