// Who runs a command, and the command as it was typed: for the history.
#pragma once

#include <string>
#include <vector>

#include "cli/parts.hpp"
#include "relay/change.hpp"

namespace cli {

// The user by the system's accounts, and behind root the one who became root by sudo, as sudo tells.
relay::Origin find_origin(const Process& process);

// "relayctl edit news --description 'two words'": quoted for a shell, printable, cut to 500 octets.
std::string typed_command(const std::vector<std::string>& words);

}  // namespace cli
