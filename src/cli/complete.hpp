// Tab: `relayctl __complete SHELL "LINE"`.
#pragma once

#include <string>
#include <vector>

#include "cli/context.hpp"
#include "cli/exit_code.hpp"

namespace cli {

// words: "__complete", the shell (bash, zsh, fish), the line up to the cursor. Always ExitCode::done, nothing
// on standard error, no network; the store is opened for reading only.
ExitCode complete(Context& context, const std::vector<std::string>& words);

}  // namespace cli
