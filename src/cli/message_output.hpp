// Where a signed message goes: standard output, or a file of its own in a folder.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "cli/console.hpp"
#include "cli/sign_message.hpp"

namespace cli {

// On a pipe or into a file byte for byte. On a terminal line by line, made printable, without the CR of a
// CRLF. Error: io. A reader that closed the pipe is not an error: the rest is left out.
base::Result<void> print_message(Console& console, MessageSigning& message);

// The same for a message that is asked for in pieces, up to an empty one. Errors: io, those of `read`.
base::Result<void> print_pieces(Console& console,
                                const std::function<base::Result<std::string_view>()>& read);

// The same for text of ours: header fields.
void print_fields(Console& console, const std::vector<std::string>& fields);

// Writes the message as folder/name, which is there whole or not at all, with the rights of a new file.
// Errors: conflict (there is such a file: nothing is overwritten), io.
base::Result<void> store_message(const std::string& folder, const std::string& name, MessageSigning& message);

}  // namespace cli
