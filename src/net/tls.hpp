// A TLS client over a connected, non-blocking socket, driven step by step by whoever waits for the socket.
#pragma once

#include <memory>

#include "net/stream.hpp"

namespace net {

class TlsClient {
  public:
    // What has to happen before the same call can go on. `none` = it is done.
    enum class Wait { none, readable, writable };
    struct Progress {
        Wait wait = Wait::none;
        std::size_t size = 0;  // bytes moved; 0 after a read that is done: the peer ended TLS in order
    };

    // The socket stays the caller's and must outlive the client. Errors: usage (the CA file, no server name),
    // bug.
    static base::Result<std::unique_ptr<TlsClient>> create(int socket, const TlsOptions& options);
    ~TlsClient();

    // Errors: unavailable. A failed client must not be used again.
    base::Result<Progress> handshake();
    base::Result<Progress> read(std::span<char> buffer);
    base::Result<Progress> write(std::string_view bytes);
    void end();  // sends close_notify if that can be done at once

    TlsInfo info() const;  // after the handshake
    // What the server sent so far, when that is no TLS: "the server answered in plain text, ..."; else empty.
    std::string foreign_answer();

  private:
    struct State;
    explicit TlsClient(std::unique_ptr<State> state);
    base::Result<Progress> step(int result, std::string_view during);
    base::Error fault(int ssl_error, std::string_view during);

    std::unique_ptr<State> state_;
};

}  // namespace net
