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
    Dialogue& accept(const net::Endpoint& endpoint) {
        auto dialogue = std::make_shared<Dialogue>();
        dialogues.push_back(dialogue);
        plans_[net::to_string(endpoint)].push_back(dialogue);
        return *dialogue;
    }
    // "192.0.2.1", 25
    Dialogue& accept(std::string_view address, std::uint16_t port) { return accept(at(address, port)); }

    // The next connection to this endpoint fails: "connection refused", "timed out" ...
    void refuse(const net::Endpoint& endpoint, std::string message = "connection refused") {
        plans_[net::to_string(endpoint)].push_back(
            base::Error{.kind = base::ErrorKind::unavailable, .message = std::move(message)});
    }

    static net::Endpoint at(std::string_view address, std::uint16_t port) {
        return {.address = base::IpAddress::parse(address).value(), .port = port};
    }

    // An endpoint without a plan, or with its plans used up, refuses.
    net::Task<base::Result<std::unique_ptr<net::Stream>>> connect(net::Endpoint endpoint,
                                                                  net::Deadline deadline) override {
        deadlines.push_back(deadline);
        co_return connect_now(endpoint);
    }

    std::vector<std::string> connected;                // "192.0.2.1:25", in order, refused ones too
    std::vector<net::Deadline> deadlines;              // of each connect()
    std::vector<std::shared_ptr<Dialogue>> dialogues;  // in the order of accept()

  private:
    base::Result<std::unique_ptr<net::Stream>> connect_now(const net::Endpoint& endpoint) {
        const std::string key = net::to_string(endpoint);
        connected.push_back(key);
        auto& plans = plans_[key];
        if (plans.empty())
            return base::Error{.kind = base::ErrorKind::unavailable, .message = "connection refused"};
        const auto plan = plans.front();
        plans.pop_front();
        if (const auto* error = std::get_if<base::Error>(&plan)) return *error;
        std::unique_ptr<net::Stream> stream =
            std::make_unique<FakeStream>(std::get<std::shared_ptr<Dialogue>>(plan));
        return stream;
    }

    std::map<std::string, std::deque<std::variant<std::shared_ptr<Dialogue>, base::Error>>> plans_;
};

}  // namespace test
