// The clipboard of the desktop or terminal the command was typed at.
#pragma once

#include <string>
#include <string_view>

#include "cli/context.hpp"

namespace cli {

// Puts the text there: through tmux where the command runs in it, else through wl-copy or xclip where there
// is a display, else by OSC 52 to the terminal. Gives what was done, in words that claim no more than can be
// seen: terminals do not answer. Errors: unavailable: none of these is there, or the program failed.
base::Result<std::string> copy_to_clipboard(const Context& context, std::string_view text);

}  // namespace cli
