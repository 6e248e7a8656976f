#include "app/probe_address.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "app/probe_wait.hpp"
#include "net/run.hpp"

namespace app {

namespace {

using Steady = std::chrono::steady_clock;

constexpr std::size_t max_addresses = 16;
constexpr std::size_t max_names = 8;
constexpr std::size_t max_raced = 6;
constexpr Milliseconds look_again{10};

Milliseconds since(Steady::time_point start) {
    return std::chrono::duration_cast<Milliseconds>(Steady::now() - start);
}

std::vector<base::IpAddress> in_turn(std::vector<base::IpAddress> v6, std::vector<base::IpAddress> v4) {
    std::vector<base::IpAddress> result;
    for (std::size_t i = 0; i < std::max(v6.size(), v4.size()); ++i) {
        if (i < v6.size()) result.push_back(v6[i]);
        if (i < v4.size()) result.push_back(v4[i]);
    }
    if (result.size() > max_addresses) result.resize(max_addresses);
    return result;
}

std::string describe(const std::array<dns::Answer, 2>& answers) {
    const auto words = [](const dns::Answer& answer) {
        return answer.detail.empty() ? std::string(dns::to_string(answer.status)) : answer.detail;
    };
    const std::string v6 = words(answers[0]);
    const std::string v4 = words(answers[1]);
    return v6 == v4 ? v4 : fmt::format("A: {}; AAAA: {}", v4, v6);
}

struct Race {
    net::Dialer& dialer;
    std::vector<base::IpAddress> addresses;
    std::vector<std::uint16_t> ports;
    Milliseconds connect_limit;
    Milliseconds head_start;
    Steady::time_point start = Steady::now();
    std::size_t failed = 0;  // addresses that are out
    std::optional<ChosenAddress> winner = {};
};

net::Task<void> try_port(Race& race, std::size_t index, std::uint16_t port) {
    const auto start = Steady::now();
    net::Endpoint endpoint;
    endpoint.address = race.addresses[index];
    endpoint.port = port;
    auto stream = co_await race.dialer.connect(endpoint, start + race.connect_limit);
    if (!stream) co_return;
    if (!race.winner) {
        race.winner.emplace();
        race.winner->address = endpoint.address;
    }
    if (race.winner->address != endpoint.address) co_return;
    OpenedStream opened;
    opened.stream = std::move(*stream);
    opened.time = since(start);
    race.winner->opened.emplace(port, std::move(opened));
}

net::Task<void> try_address(Race& race, std::size_t index) {
    // Its turn comes with time, or as soon as all the others before it are out.
    const auto turn = race.start + race.head_start * static_cast<long>(index);
    while (!race.winner && race.failed < index && Steady::now() < turn) {
        const bool waited = co_await pause_until(std::min(turn, Steady::now() + look_again));
        if (!waited) co_return;
    }
    if (race.winner) co_return;
    const auto make = [&race, index](std::size_t i) { return try_port(race, index, race.ports[i]); };
    co_await net::for_each(race.ports.size(), race.ports.size(), make);
    ++race.failed;
}

net::Task<void> try_all(Race& race) {
    const auto make = [&race](std::size_t i) { return try_address(race, i); };
    co_await net::for_each(race.addresses.size(), race.addresses.size(), make);
}

net::Task<void> until_won(Race& race) {
    bool waited = true;
    while (waited && !race.winner)
        waited = co_await pause_until(Steady::now() + look_again);
}

}  // namespace

net::Task<Resolution> resolve_host(dns::Resolver& resolver, relay::Host host) {
    Resolution result;
    if (const auto literal = host.address()) {
        result.addresses.push_back(*literal);
        co_return result;
    }
    const auto start = Steady::now();
    constexpr std::array types = {dns::Type::aaaa, dns::Type::a};
    std::array<dns::Answer, 2> answers;
    const dns::Name name(*host.name());
    const auto ask = [&](std::size_t i) -> net::Task<void> {
        dns::Question question;
        question.name = name;
        question.type = types[i];
        answers[i] = co_await resolver.query(std::move(question));
    };
    co_await net::for_each(types.size(), types.size(), ask);
    result.time = since(start);
    result.addresses = in_turn(answers[0].addresses(), answers[1].addresses());
    const auto& longer = answers[0].aliases.size() > answers[1].aliases.size() ? answers[0] : answers[1];
    for (const auto& alias : longer.aliases)
        result.aliases.push_back(alias.to_string());
    if (result.addresses.empty()) {
        // "Missing" only when both answers say so: an address may hide behind the one that could not be had.
        result.failed = std::any_of(answers.begin(), answers.end(), [](const dns::Answer& answer) {
            return !dns::is_missing(answer.status) && answer.status != dns::Status::alias_loop;
        });
        result.detail = describe(answers);
    }
    co_return result;
}

net::Task<OtherNames> look_up_names(dns::Resolver& resolver, std::vector<std::string> names,
                                    base::IpAddress address) {
    std::erase_if(names, [](const std::string& name) {
        const auto host = relay::Host::parse(name);
        return !host || host->address();
    });
    if (names.size() > max_names) names.resize(max_names);
    std::vector<Resolution> found(names.size());
    const auto look_up = [&](std::size_t i) -> net::Task<void> {
        auto host = relay::Host::parse(names[i]).value();
        found[i] = co_await resolve_host(resolver, std::move(host));
    };
    co_await net::for_each(names.size(), max_names, look_up);
    OtherNames result;
    result.have_no_address = !names.empty();
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto& addresses = found[i].addresses;
        if (found[i].failed || !addresses.empty()) result.have_no_address = false;
        if (addresses.empty()) continue;
        const bool fits = std::find(addresses.begin(), addresses.end(), address) != addresses.end();
        auto& first = fits ? result.fitting : result.elsewhere;
        if (first.empty()) first = relay::Host::parse(names[i])->to_string();
    }
    if (!result.fitting.empty()) result.elsewhere.clear();
    co_return result;
}

net::Task<ChosenAddress> choose_address(net::Dialer& dialer, std::vector<base::IpAddress> addresses,
                                        std::vector<std::uint16_t> ports, const ProbeOptions& options) {
    ChosenAddress first;
    first.address = addresses.front();
    if (addresses.size() == 1) co_return first;
    if (addresses.size() > max_raced) addresses.resize(max_raced);
    Race race{.dialer = dialer,
              .addresses = std::move(addresses),
              .ports = std::move(ports),
              .connect_limit = options.connect_limit,
              .head_start = options.head_start};
    auto trials = try_all(race);
    auto winner = until_won(race);
    co_await first_of(std::move(trials), std::move(winner));
    if (!race.winner) co_return first;
    ChosenAddress chosen = std::move(*race.winner);
    co_return chosen;
}

}  // namespace app
