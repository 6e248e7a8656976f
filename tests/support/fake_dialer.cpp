#include "support/fake_dialer.hpp"

namespace test {

Dialogue& FakeDialer::accept(const net::Endpoint& endpoint) {
    auto dialogue = std::make_shared<Dialogue>();
    dialogues.push_back(dialogue);
    plans_[net::to_string(endpoint)].push_back(dialogue);
    return *dialogue;
}

void FakeDialer::refuse(const net::Endpoint& endpoint, std::string message) {
    plans_[net::to_string(endpoint)].push_back(
        base::Error{.kind = base::ErrorKind::unavailable, .message = std::move(message)});
}

net::Endpoint FakeDialer::at(std::string_view address, std::uint16_t port) {
    return {.address = base::IpAddress::parse(address).value(), .port = port};
}

net::Task<base::Result<std::unique_ptr<net::Stream>>> FakeDialer::connect(net::Endpoint endpoint,
                                                                          net::Deadline deadline) {
    deadlines.push_back(deadline);
    co_return connect_now(endpoint);
}

base::Result<std::unique_ptr<net::Stream>> FakeDialer::connect_now(const net::Endpoint& endpoint) {
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

}  // namespace test
