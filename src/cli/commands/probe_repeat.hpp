// `probe --repeat N`: the endpoint of each relay, N times one after the other.
#pragma once

#include "cli/commands/probe_request.hpp"
#include "cli/context.hpp"
#include "cli/exit_code.hpp"

namespace cli {

// The first of --columns that is of stages; empty = none.
std::string stage_column_asked_for(const Arguments& arguments);

base::Result<ExitCode> probe_repeat(Context& context, const Arguments& arguments, const ProbeRequest& request,
                                    std::size_t times);

}  // namespace cli
