// From a path to a checked connection.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>

#include "store/sqlite.hpp"
#include "store/sqlite_store.hpp"

namespace store {

// nullopt: opened for reading, and nothing was stored there yet. Errors as of open_store().
base::Result<std::optional<Connection>> open_connection(const std::filesystem::path& path, Mode mode,
                                                        std::chrono::milliseconds busy_timeout);

// An empty store that nobody else sees.
base::Result<Connection> open_in_memory();

}  // namespace store
