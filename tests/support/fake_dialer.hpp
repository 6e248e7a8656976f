// A Dialer that hands out scripted streams.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "net/dialer.hpp"
#include "support/fake_stream.hpp"

namespace test {

class FakeDialer final : public net::Dialer {
  public:
    // The next connection to this endpoint plays a new dialogue, which is returned to be written.
    Dialogue& accept(const net::Endpoint& endpoint);
    // "192.0.2.1", 25
    Dialogue& accept(std::string_view address, std::uint16_t port) { return accept(at(address, port)); }

    // The next connection to this endpoint fails: "connection refused", "timed out" ...
    void refuse(const net::Endpoint& endpoint, std::string message = "connection refused");

    static net::Endpoint at(std::string_view address, std::uint16_t port);

    // An endpoint without a plan, or with its plans used up, refuses.
    net::Task<base::Result<std::unique_ptr<net::Stream>>> connect(net::Endpoint endpoint,
                                                                  net::Deadline deadline) override;

    std::vector<std::string> connected;                // "192.0.2.1:25", in order, refused ones too
    std::vector<net::Deadline> deadlines;              // of each connect()
    std::vector<std::shared_ptr<Dialogue>> dialogues;  // in the order of accept()

  private:
    base::Result<std::unique_ptr<net::Stream>> connect_now(const net::Endpoint& endpoint);

    std::map<std::string, std::deque<std::variant<std::shared_ptr<Dialogue>, base::Error>>> plans_;
};

}  // namespace test
