// What is told when failures have put a relay out of use.
#pragma once

#include <string>

#include "app/reservation.hpp"
#include "cli/context.hpp"
#include "relay/store.hpp"

namespace cli {

// On standard error, and to the setting notify-command, whose end is waited for half a minute. Never fails:
// what the command could not do is a notice.
void tell_of_trip(Context& context, relay::Store& store, const app::Reservation& reservation,
                  const std::string& reason);

}  // namespace cli
