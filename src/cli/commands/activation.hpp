// What an activation of a DKIM key did, for activate and rotate.
#pragma once

#include "app/dkim_check.hpp"
#include "app/dkim_rotation.hpp"
#include "cli/context.hpp"
#include "output/value.hpp"

namespace cli {

// The key with "changed", "retiring", "relays_moved", "relays_left", "dry_run" and "check" (null = the DNS
// was not asked).
output::Value activation_item(const Context& context, const Arguments& arguments,
                              const app::Activation& activation, const app::KeyCheck* check);

void tell_activation(Console& console, const Arguments& arguments, const app::Activation& activation);

}  // namespace cli
