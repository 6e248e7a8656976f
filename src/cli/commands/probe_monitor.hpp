// `probe --monitor`: one relay, for Nagios and whatever speaks to its plugins.
#pragma once

#include "cli/arguments.hpp"
#include "cli/context.hpp"
#include "cli/exit_code.hpp"

namespace cli {

// The exit code is 0 ok, 1 warning, 2 critical, 3 unknown: every Error is the last, in a line on standard
// output.
ExitCode probe_monitor(Context& context, const Arguments& arguments);

}  // namespace cli
