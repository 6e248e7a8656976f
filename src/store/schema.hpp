// The tables, and how an older store becomes a newer one.
#pragma once

#include <cstdint>
#include <span>

#include "store/sqlite.hpp"

namespace store {

// In the file's header, so that file(1) and we can tell our store from other SQLite files: "Rctl".
inline constexpr std::int64_t application_id = 0x5263746c;

// Step n leads from version n to n + 1. Version 0 is a file without tables.
std::span<const char* const> migrations();

enum class Version : std::uint8_t { none, older, current };

// Errors: io when the file is not a relayctl store or its version is newer than `steps`.
base::Result<Version> read_version(Connection& connection, std::span<const char* const> steps);

// All missing steps are one transaction: they are done, once, or the store is as before.
base::Result<void> migrate(Connection& connection, std::span<const char* const> steps);

}  // namespace store
