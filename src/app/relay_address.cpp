#include "app/relay_address.hpp"

#include <array>
#include <functional>

#include "net/run.hpp"

namespace app {

net::Task<RelayAddresses> relay_addresses(dns::Resolver& resolver, relay::Host host) {
    RelayAddresses addresses;
    if (const auto literal = host.address()) addresses.found.push_back(*literal);
    if (host.name() == nullptr) co_return addresses;
    const dns::Name name(*host.name());
    std::array<dns::Answer, 2> answers;
    const std::function<net::Task<void>(std::size_t)> make = [&](std::size_t i) -> net::Task<void> {
        const dns::Question question{.name = name, .type = i == 0 ? dns::Type::a : dns::Type::aaaa};
        answers[i] = co_await resolver.query(question);
    };
    co_await net::for_each(answers.size(), answers.size(), make);
    for (const auto& answer : answers) {
        for (const auto& address : answer.addresses())
            addresses.found.push_back(address);
        if (dns::is_temporary(answer.status)) addresses.failure = answer.detail;
    }
    co_return addresses;
}

}  // namespace app
