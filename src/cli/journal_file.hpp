// A text file in which a run notes what it has done, for a later run that goes on: a head that says of what
// command and settings it is, then a line a note. One process at a time has it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace cli {

class JournalFile {
  public:
    // Makes the file, with its head, or reads the head of the one that is there. Errors: usage, when the file
    // is no journal of that command or one of other settings; conflict, when another process uses it; io.
    static base::Result<JournalFile> open(const std::filesystem::path& path, std::string_view command,
                                          std::string_view settings);
    JournalFile(JournalFile&& other) noexcept;
    JournalFile& operator=(JournalFile&&) = delete;
    ~JournalFile();

    // The next note, without its line end; nullopt at the end, before a line without an end, and before one
    // that is longer than any note. It lives until the next call.
    std::optional<std::string_view> next();
    // Octets up to the end of the note that next() gave last, and of the whole file.
    std::uint64_t offset() const { return offset_; }
    base::Result<std::uint64_t> size() const;

    base::Result<void> cut(std::uint64_t size);       // what is behind is gone
    base::Result<void> write(std::string_view text);  // at the end
    base::Result<void> sync();                        // what was written survives a loss of power
    std::string path() const { return path_.string(); }

  private:
    JournalFile(int file, std::filesystem::path path) : file_(file), path_(std::move(path)) {}
    base::Result<void> read_head(std::string_view command, std::string_view settings);
    base::Error io_error(std::string_view what) const;

    int file_;
    std::filesystem::path path_;
    std::string buffer_;
    std::size_t begin_ = 0;
    std::size_t filled_ = 0;
    std::uint64_t offset_ = 0;
};

}  // namespace cli
