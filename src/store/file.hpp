// The store as a file: who may read it, and how it comes to be.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"

namespace store {

enum class FileState : std::uint8_t {
    missing,
    empty,  // no bytes yet: another process is creating it, or was stopped while it did
    present,
};

// Errors: io for a directory, a special file, no permission; usage for a mode that lets others in, with the
// chmod to type.
base::Result<FileState> inspect_file(const std::string& path);

// Creates the file with mode 0600 and its missing folders with 0700, whatever the umask. It is no error that
// somebody else was faster.
base::Result<void> create_file(const std::string& path);

// The hint where this user may not open it.
std::string access_hint(const std::string& path);

// May this process create files beside the store?
bool is_folder_writable(const std::string& path);

// Was a process stopped while it made the store? Then the next writer takes back what it began.
bool has_rollback_journal(const std::string& path);

// Bytes in the write-ahead log beside the store; 0 = none.
std::uint64_t log_size(const std::string& path);

}  // namespace store
