// At most so many messages a second: a token bucket, with one timer for all who wait.
#pragma once

#include <memory>
#include <optional>

#include "net/stream.hpp"

namespace dns {

class RateLimit {
  public:
    // To be made and used on one thread, inside net::run(). A burst is what comes in 50 ms, at least one.
    explicit RateLimit(unsigned per_second);
    RateLimit(const RateLimit&) = delete;
    RateLimit& operator=(const RateLimit&) = delete;
    ~RateLimit();

    // Waits for a token, first come first served. How long that took; nullopt when cancelled.
    net::Task<std::optional<net::Deadline::duration>> wait();

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace dns
