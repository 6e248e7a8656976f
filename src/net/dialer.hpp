// Opens streams. TcpDialer is the real one.
#pragma once

#include <memory>

#include "net/stream.hpp"

namespace net {

class Dialer {
  public:
    virtual ~Dialer() = default;
    // Errors: unavailable, with "connection refused", "timed out", "no route to host" ... in the message.
    virtual Task<base::Result<std::unique_ptr<Stream>>> connect(Endpoint endpoint, Deadline deadline) = 0;
};

class TcpDialer final : public Dialer {
  public:
    Task<base::Result<std::unique_ptr<Stream>>> connect(Endpoint endpoint, Deadline deadline) override;
};

}  // namespace net
