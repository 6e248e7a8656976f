// Bytes kept until they are wanted once more: in memory while they are few, then in a file nobody else can
// see.
#pragma once

#include <cstdint>
#include <functional>
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

}  // namespace cli
