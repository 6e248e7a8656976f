// Numbers of the history on the command line, and how they are told.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "relay/store.hpp"

namespace cli {

base::Result<relay::ChangeId> parse_change_number(std::string_view text);  // errors: usage

// " (undo: relayctl undo 41)" for the last commit of the store; empty when the history has none of it.
std::string undo_hint(const relay::Store& store);

}  // namespace cli
