// The options that say what a relay is, for add and edit.
#pragma once

#include <functional>

#include "app/relays.hpp"
#include "cli/command.hpp"
#include "cli/context.hpp"

namespace cli {

enum class For { add, edit };

// Parses every option of add or edit into settings. Reads the password where one is given. Errors: usage.
base::Result<app::RelaySettings> read_settings(Context& context, const Arguments& arguments, For command);

// The change without its effect, for its errors.
using Rehearse = std::function<base::Result<app::RelayOutcome>(const app::RelaySettings& settings)>;

// Where there is a user and no password option: asks on the terminal, once all else is known to be in order.
// Errors: those of `rehearse`; usage.
base::Result<void> ask_for_password(Context& context, app::RelaySettings& settings, const Rehearse& rehearse);

// Names from the arguments, "-" standing for the lines of standard input; each a valid relay name, none
// twice.
base::Result<std::vector<std::string>> read_names(Context& context, const Arguments& arguments);

// The addresses of --egress-ip; nullopt = not given, "none" alone = none. Errors: usage.
base::Result<std::optional<std::set<base::IpAddress>>> read_egress_ips(const Arguments& arguments);

app::DryRun dry_run_of(const Arguments& arguments);

// Errors: usage: not 1 to 255 octets of UTF-8 without control bytes.
base::Result<std::string> parse_user(const std::string& text);

}  // namespace cli
