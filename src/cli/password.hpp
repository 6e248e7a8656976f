// Where a password comes from: the terminal, standard input, a file, a command to run later. Never argv,
// never the environment.
#pragma once

#include <optional>
#include <string>

#include "base/secret.hpp"
#include "cli/context.hpp"

namespace cli {

struct PasswordAnswer {
    std::optional<base::Secret> password = {};  // to be stored
    std::optional<std::string> command = {};    // --password-command: stored as it is
};

// What the password options say; nothing of both when none is given. Errors: usage: several of them, an empty
// password, one with control bytes or over 1000 octets, a file that is missing or that others may read.
base::Result<PasswordAnswer> read_password(Context& context, const Arguments& arguments);
// Asks on the terminal. Errors as above, and usage when there is no terminal.
base::Result<base::Secret> ask_password(Context& context, const std::string& user);

// A password from a file that nobody else may read. Errors as above.
base::Result<base::Secret> read_password_file(const std::string& path);
// A password as text, `origin` for the message. Errors as above.
base::Result<base::Secret> parse_password(std::string text, std::string_view origin);
// A command that prints a password. Errors: usage.
base::Result<std::string> check_command(const std::string& command);

}  // namespace cli
