// Runs a stored password command.
#pragma once

#include <string>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace cli {

// The first line of what `/bin/sh -c command` prints. It may ask on the terminal; standard input is empty.
// Errors: unavailable: it cannot be run, fails, prints nothing, more than a login can carry or a control
// character, or does not end within a minute. They never hold what it printed.
base::Result<base::Secret> run_password_command(const std::string& command);

}  // namespace cli
