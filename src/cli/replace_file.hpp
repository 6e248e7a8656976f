// Files that other programs read.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace cli {

// The file has the old text or the whole new one, whatever happens: it is written beside, synced, and
// renamed. It keeps its mode; a new one can be read by all that the umask lets. A link stays, and what it
// names is replaced. Errors: usage (no regular file is there), io.
base::Result<void> replace_file(const std::string& path, std::string_view text);

}  // namespace cli
