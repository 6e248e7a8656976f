// Numbers of the history on the command line, and how they are told.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/command.hpp"
#include "cli/context.hpp"
#include "relay/store.hpp"

namespace cli {

inline constexpr Option past_option = {.name = "--at",
                                       .value = "N",
                                       .help = "as it was after change N of the history",
                                       .completion = Completion::change};

base::Result<relay::ChangeId> parse_change_number(std::string_view text);  // errors: usage

// The store, or with --at as it was then, without passwords and private keys. Errors: usage, not_found.
base::Result<std::unique_ptr<relay::Store>> open_store_then(Context& context, const Arguments& arguments);

// " (undo: relayctl undo 41)" for the last commit of the store; empty when the history has none of it.
std::string undo_hint(const relay::Store& store);

}  // namespace cli
