// The bytes of a message from a file or standard input.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include <sys/stat.h>

#include "base/result.hpp"

namespace cli {

class MessageInput {
  public:
    // "-" is standard input. Errors: usage (no such file, a directory, not readable).
    static base::Result<MessageInput> open(const std::string& path);
    MessageInput(MessageInput&& other) noexcept;
    MessageInput& operator=(MessageInput&&) = delete;
    ~MessageInput();

    // 0 at the end. Errors: io.
    base::Result<std::size_t> read(std::span<char> buffer);
    // Does something follow what was read? A writer has a moment to close a pipe; nobody at a terminal is
    // waited for. Reads some of it.
    bool has_more();
    // Whether it can be read once more: a regular file, by its name or as standard input.
    bool can_rewind() const { return S_ISREG(status_.st_mode); }
    base::Result<void> rewind();
    // Error: conflict, when a regular file is not what it was when it was opened.
    base::Result<void> check_unchanged() const;
    // Of a regular file, as it was when it was opened.
    std::optional<std::uint64_t> size() const {
        return can_rewind() ? std::optional(static_cast<std::uint64_t>(status_.st_size)) : std::nullopt;
    }
    int descriptor() const { return descriptor_; }
    const std::string& name() const { return name_; }  // for messages

  private:
    MessageInput(int descriptor, bool own, std::string name, const struct stat& status, off_t start);
    base::Error error(std::string_view doing, int number) const;

    int descriptor_;
    bool own_;
    std::string name_;
    struct stat status_;
    off_t start_;
    std::optional<std::uint64_t> left_ = {};  // octets of a file of known size, whose end needs no asking for
};

}  // namespace cli
