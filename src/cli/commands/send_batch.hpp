// `send --batch`: the messages of an mbox, a Maildir or a directory, over one connection a relay.
#pragma once

#include "cli/arguments.hpp"
#include "cli/context.hpp"
#include "cli/exit_code.hpp"

namespace cli {

base::Result<ExitCode> send_batch(Context& context, const Arguments& arguments);

}  // namespace cli
