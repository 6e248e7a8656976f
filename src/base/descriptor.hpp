// A file descriptor of the system that closes itself.
#pragma once

#include <unistd.h>

namespace base {

class Descriptor {
  public:
    explicit Descriptor(int value) : value_(value) {}  // negative: there is none to close
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (value_ >= 0) ::close(value_);
    }
    int get() const { return value_; }
    bool valid() const { return value_ >= 0; }

  private:
    int value_;
};

}  // namespace base
