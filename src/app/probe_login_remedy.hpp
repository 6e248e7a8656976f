// What to type when a login, a sender or a recipient is refused. Empty = the catalogue's, which speaks of
// NAME and USER.
#pragma once

#include <string>
#include <string_view>

#include "app/probe_relay.hpp"
#include "smtp/auth.hpp"

namespace app {

struct LoginAttempt {
    const ProbeReport& report;         // with its dialogue as far as it is known
    const Combination& cell;           // where it was
    std::string_view user;             // empty = no login was asked for; else, of a path, it was accepted
    bool mechanism_is_chosen = false;  // by whoever asked
};

std::string remedy_of_login(const LoginAttempt& attempt, const smtp::AuthOutcome& outcome);
// Of the MAIL or the RCPT that was refused, with its finding.
std::string remedy_of_path(const LoginAttempt& attempt, const PathCheck& check);

// A login with one of the mechanisms that relayctl knows.
bool offers_known_login(const Combination& cell);

// A relay with a user at an endpoint that works and offers no login that relayctl knows.
std::vector<finding::Finding> missing_auth_findings(const ProbeReport& report);

}  // namespace app
