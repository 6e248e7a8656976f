// Exit codes of sysexits.h, as programs that call sendmail know them. `relayctl send` ends with the codes of
// its own contract, and of these with ExitCode::try_later alone.
#pragma once

#include <string_view>

#include "app/send_attempt.hpp"
#include "cli/exit_code.hpp"

namespace cli::sysexits {

inline constexpr auto usage = static_cast<ExitCode>(64);        // EX_USAGE: the command line
inline constexpr auto data = static_cast<ExitCode>(65);         // EX_DATAERR: the message
inline constexpr auto no_user = static_cast<ExitCode>(67);      // EX_NOUSER: the recipient
inline constexpr auto no_host = static_cast<ExitCode>(68);      // EX_NOHOST: the recipient's domain
inline constexpr auto unavailable = static_cast<ExitCode>(69);  // EX_UNAVAILABLE: refused for another reason
inline constexpr auto no_permission = static_cast<ExitCode>(77);  // EX_NOPERM: login, relaying, sender
inline constexpr auto config = static_cast<ExitCode>(78);  // EX_CONFIG: no relay, or one that lacks something

// Of a reply that refuses for good, by what smtp::diagnose() says of it: no_user, no_host, no_permission or
// unavailable.
ExitCode of_refusal(std::string_view diagnosis);
// Of an attempt that was refused, for one recipient or more: unavailable where its reasons differ.
ExitCode of_refusal(const app::SendAttempt& attempt);

// As `send` tells it by the contract: the four of a refusal are ExitCode::refused; data and config are usage.
ExitCode to_contract(ExitCode code);

}  // namespace cli::sysexits
