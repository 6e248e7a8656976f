// `probe --all` and `probe -`: many relays, a line for each as it is done.
#pragma once

#include "cli/commands/probe_request.hpp"
#include "cli/context.hpp"
#include "cli/exit_code.hpp"

namespace cli {

// Whether that was asked for. Errors: usage, for what does not go together, and for no target at all.
base::Result<bool> asks_for_many(const Arguments& arguments);

base::Result<ExitCode> probe_many(Context& context, const Arguments& arguments, const ProbeRequest& request);

}  // namespace cli
