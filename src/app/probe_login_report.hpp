// What a probe's connection of its own found out: the login, sender and recipients, relaying without a login.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "finding/verdict.hpp"

namespace app {

// Texts are raw; secrets that a server repeats stand as "***". `finding` is a catalogue id, empty = none.
struct LoginCheck {
    std::string mechanism = {};  // "SCRAM-SHA-256"; empty = none was chosen
    bool accepted = false;
    std::string reply = {};   // the last one; empty = none
    std::string detail = {};  // why it was not accepted, one line
    std::string finding = {};
    std::chrono::milliseconds time{0};  // from AUTH to the final reply
};

struct PathCheck {             // a MAIL or a RCPT
    std::string address = {};  // empty = the null reverse-path
    bool accepted = false;
    std::string reply = {};  // empty = it was not asked for, or the connection ended before the reply
    std::string finding = {};
};

struct OpenRelayCheck {
    std::string sender = {};
    std::string recipient = {};
    std::optional<bool> open = {};  // nullopt = could not be found out
    std::string reply = {};         // the one that decided
    std::string finding = {};
};

struct DialogueReport {
    std::optional<LoginCheck> login = {};
    std::optional<PathCheck> sender = {};
    std::vector<PathCheck> recipients = {};  // all that were given, as far as it came to sender
    std::optional<OpenRelayCheck> open_relay = {};
    finding::Verdict verdict = finding::Verdict::good;  // of all that was asked
    bool refused = false;  // the server refused the login, the sender or a recipient for good
};

}  // namespace app
