// relay::Store in one SQLite file.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>

#include "relay/store.hpp"

namespace store {

enum class Mode {
    read,     // never creates the file: a store that does not exist reads as empty
    scratch,  // an empty store in memory, for a dry run where there is no file; the path is not looked at
    write,    // creates the file (0600) and its folder (0700) when missing, and migrates an older version
};

// Errors: io (a directory, not a store, newer version, no permission, read-only, full), conflict (locked for
// longer than `busy_timeout`).
base::Result<std::unique_ptr<relay::Store>> open_store(const std::filesystem::path& path, Mode mode,
                                                       std::chrono::milliseconds busy_timeout);

}  // namespace store
