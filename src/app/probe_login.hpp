// The use case `probe --login`: does the server take this login, this sender, these recipients, and does it
// relay without a login. On connections of their own; a message is never begun (no DATA).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/probe_relay.hpp"
#include "mail/address.hpp"
#include "smtp/auth.hpp"

namespace app {

inline constexpr std::size_t max_recipients = 100;  // RFC 5321 section 4.5.3.1.8: a server must take so many

// A line of the dialogue without its end, raw (escape it), without secrets. `mark` is '>' sent, '<' received,
// '*' what happened to the connection.
struct TraceLine {
    char mark = '*';
    Milliseconds since_start{0};  // of the connection
    std::string_view text;
};
using TraceSink = std::function<void(const TraceLine&)>;  // must not throw

using Sender = std::variant<relay::NullReturnPath, mail::Address>;

struct DialogueRequest {
    // Host and port for OAUTHBEARER are filled in. `cleartext` allows a login without TLS; inside TLS the
    // certificate must verify unless the target's verification is off.
    std::optional<smtp::Login> login = {};
    std::optional<Sender> sender = {};
    std::vector<mail::Address> recipients = {};  // with a sender only; at most max_recipients
    bool open_relay = false;
    TraceSink trace = {};
    std::string ehlo_name = {};   // as in ProbeOptions
    Milliseconds timeout{30000};  // for one connection, from connecting to the last reply
};

// The endpoint for the dialogue: the configured one, or the only one that was tried; nullopt = none of them.
std::optional<std::size_t> dialogue_endpoint(const ProbeReport& report);

// After probe_relay(): fills report.dialogue, adds findings, lowers the verdict. Where the endpoint does not
// work nothing is sent. The report must have a dialogue_endpoint(). Errors: usage (credentials that the
// mechanism cannot carry), interrupted.
net::Task<base::Result<void>> probe_login(ProbeServices services, ProbeReport& report,
                                          DialogueRequest request);

}  // namespace app
