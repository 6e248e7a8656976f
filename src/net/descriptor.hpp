// Reading standard input without stopping the loop: a pipe or a terminal is waited for, a file is just read.
#pragma once

#include <memory>
#include <span>

#include "net/stream.hpp"

namespace net {

class DescriptorReader {
  public:
    // The descriptor stays the caller's, open and with its flags as they are.
    explicit DescriptorReader(int descriptor) : descriptor_(descriptor) {}

    // At least one byte, or 0 at the end. Errors: io; interrupted when cancelled.
    Task<base::Result<std::size_t>> read_some(std::span<char> buffer);

  private:
    struct Watch;
    Task<bool> wait();

    int descriptor_;
    std::shared_ptr<Watch> watch_;
};

}  // namespace net
