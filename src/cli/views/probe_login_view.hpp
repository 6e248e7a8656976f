// What a probe's login, sender, recipients and relaying without a login came to.
#pragma once

#include <string>

#include "app/probe_relay.hpp"
#include "output/terminal.hpp"
#include "output/value.hpp"

namespace cli {

// Members of a probe's item; null where it was not asked for.
output::Value login_item(const app::DialogueReport& dialogue);
output::Value sender_item(const app::DialogueReport& dialogue);
output::Value recipient_items(const app::DialogueReport& dialogue);
output::Value open_relay_item(const app::DialogueReport& dialogue);

// "ok", "failed", "not tried"; null where it was not asked for.
output::Value login_word(const app::DialogueReport& dialogue);

// A line each: "LOGIN  ok, SCRAM-SHA-256, 35 ms".
std::string dialogue_text(const app::ProbeReport& report, const output::Terminal& terminal);

// "the login was refused", where the endpoint works and this does not; else empty.
std::string dialogue_failure(const app::ProbeReport& report);

}  // namespace cli
