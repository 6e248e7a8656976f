// Bytes kept until they are wanted once more: in memory while they are few, then in a file nobody else can
// see.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace cli {

class Spool {
  public:
    // Beyond `most_in_memory` octets the file is made in `folder`, with mode 0600, and has no name.
    explicit Spool(std::string folder, std::size_t most_in_memory = default_in_memory)
        : folder_(std::move(folder)), most_in_memory_(most_in_memory) {}
    Spool(const Spool&) = delete;
    Spool& operator=(const Spool&) = delete;
    ~Spool();

    base::Result<void> append(std::string_view bytes);  // Errors: io
    // Hands on all that was appended, in order; stops at the first Error of `take`.
    base::Result<void> replay(const std::function<base::Result<void>(std::string_view)>& take);
    // The next bytes behind `offset`, at most as many as `buffer` holds; 0 at the end. Errors: io
    base::Result<std::size_t> read_at(std::uint64_t offset, std::span<char> buffer) const;
    bool fits_in_memory(std::size_t more) const { return memory_.size() + more <= most_in_memory_; }
    // Forgets what is there.
    void clear() { memory_.clear(); }

    static constexpr std::size_t default_in_memory = 1U << 20U;

  private:
    base::Result<void> make_file();
    base::Result<void> write(std::string_view bytes);
    base::Error error(std::string_view doing) const;  // by errno

    std::string folder_;
    std::size_t most_in_memory_;
    std::string memory_;  // what is not yet in the file
    int descriptor_ = -1;
};

// Hands out a spool's bytes piece by piece, for those who ask for them.
class SpoolReader {
  public:
    explicit SpoolReader(const Spool& spool) : spool_(spool) {}
    // Lives until the next call; empty at the end. Errors: io
    base::Result<std::string_view> next();

  private:
    const Spool& spool_;
    std::uint64_t offset_ = 0;
    std::string buffer_;
};

}  // namespace cli
