#include "app/relay_address.hpp"

namespace app {

net::Task<std::vector<base::IpAddress>> relay_addresses(dns::Resolver& resolver, relay::Host host) {
    std::vector<base::IpAddress> addresses;
    if (const auto literal = host.address()) addresses.push_back(*literal);
    if (host.name() == nullptr) co_return addresses;
    const dns::Name name(*host.name());
    dns::Question question{.name = name, .type = dns::Type::a};
    const auto v4 = co_await resolver.query(question);
    question.type = dns::Type::aaaa;
    const auto v6 = co_await resolver.query(question);
    addresses = v4.addresses();
    for (const auto& address : v6.addresses())
        addresses.push_back(address);
    co_return addresses;
}

}  // namespace app
