#include "app/dkim_visible.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "net/run.hpp"

namespace app {

namespace {

constexpr std::size_t most_servers = 32;
constexpr std::size_t asked_at_once = 16;

base::Error no_answer(const dns::Name& name, dns::Type type, const dns::Answer& answer) {
    return {.kind = base::ErrorKind::unavailable,
            .message =
                fmt::format("no answer to {} {}: {}", base::printable(name.to_string()), dns::to_string(type),
                            answer.detail.empty() ? dns::to_string(answer.status) : answer.detail)};
}

net::Task<ServerView> ask_one(AskServer ask, ZoneServer server, dns::Name owner, relay::DkimKey key) {
    const auto resolver = ask(server.endpoint);
    dns::Question question;
    question.name = std::move(owner);
    question.type = dns::Type::txt;
    const auto answer = co_await resolver->query(question);
    ServerView view;
    view.server = std::move(server);
    view.sight = judge_sight(answer, key);
    view.unreachable = answer.status == dns::Status::unreachable;
    if (!answer.records.empty()) view.ttl_seconds = answer.records.front().ttl;
    co_return view;
}

net::Task<void> keep_view(AskServer ask, ZoneServer server, dns::Name owner, relay::DkimKey key,
                          ServerView& view) {
    view = co_await ask_one(std::move(ask), std::move(server), std::move(owner), std::move(key));
}

}  // namespace

std::vector<ZoneServer> as_servers(const std::vector<net::Endpoint>& endpoints) {
    std::vector<ZoneServer> servers;
    for (const auto& endpoint : endpoints)
        servers.push_back({.name = net::to_string(endpoint), .endpoint = endpoint});
    return servers;
}

bool ZoneView::is_beside_the_point(const ServerView& one) const {
    return one.unreachable && std::any_of(servers.begin(), servers.end(), [&](const ServerView& other) {
               return other.server.name == one.server.name && other.sight.seen != Visibility::unknown;
           });
}

Visibility ZoneView::verdict() const {
    bool unknown = servers.empty();
    for (const auto& view : servers) {
        const auto seen = view.sight.seen;
        if (seen == Visibility::missing || seen == Visibility::other) return seen;
        if (seen == Visibility::unknown && !is_beside_the_point(view)) unknown = true;
    }
    return unknown ? Visibility::unknown : Visibility::visible;
}

net::Task<base::Result<dns::Name>> find_apex(dns::Resolver& resolver, dns::Name near) {
    dns::Question question;
    question.type = dns::Type::soa;
    for (question.name = near; !question.name.is_root(); question.name = question.name.parent()) {
        const auto answer = co_await resolver.query(question);
        if (dns::is_temporary(answer.status)) co_return no_answer(question.name, question.type, answer);
        // An SOA at the end of an alias is that of another zone.
        if (answer.status == dns::Status::found && answer.aliases.empty()) co_return question.name;
    }
    base::Error error;
    error.kind = base::ErrorKind::not_found;
    error.message = fmt::format("no zone has {}", base::printable(near.to_string()));
    co_return error;
}

net::Task<base::Result<ZoneCut>> find_zone(dns::Resolver& resolver, dns::Name owner) {
    ZoneCut cut;
    cut.owner = owner;
    dns::Question question;
    question.name = owner;
    question.type = dns::Type::txt;
    const auto chain = co_await resolver.query(question);
    if (!chain.aliases.empty()) cut.owner = chain.aliases.back();
    CO_TRY(cut.zone, co_await find_apex(resolver, cut.owner));
    co_return cut;
}

net::Task<base::Result<std::vector<ZoneServer>>> find_zone_servers(dns::Resolver& resolver, dns::Name zone) {
    dns::Question question;
    question.name = zone;
    question.type = dns::Type::ns;
    const auto names = co_await resolver.query(question);
    if (names.status != dns::Status::found) co_return no_answer(zone, question.type, names);
    std::vector<ZoneServer> servers;
    for (const auto& record : names.records) {
        question.name = std::get<dns::Name>(record.data);
        for (const auto type : {dns::Type::a, dns::Type::aaaa}) {
            question.type = type;
            const auto answer = co_await resolver.query(question);
            for (const auto& address : answer.addresses()) {
                if (servers.size() == most_servers) co_return servers;
                ZoneServer server;
                server.name = question.name.to_string();
                server.endpoint.address = address;
                server.endpoint.port = 53;
                servers.push_back(std::move(server));
            }
        }
    }
    if (servers.empty()) {
        base::Error error;
        error.kind = base::ErrorKind::unavailable;
        error.message = fmt::format("no name server of {} has an address", base::printable(zone.to_string()));
        co_return error;
    }
    co_return servers;
}

net::Task<ZoneView> view_servers(AskServer ask, ZoneCut place, std::vector<ZoneServer> servers,
                                 relay::DkimKey key) {
    ZoneView view;
    view.zone = place.zone.to_string();
    view.owner = place.owner.to_string();
    view.servers.resize(servers.size());
    const std::function<net::Task<void>(std::size_t)> make = [&](std::size_t i) {
        return keep_view(ask, servers[i], place.owner, key, view.servers[i]);
    };
    co_await net::for_each(servers.size(), asked_at_once, make);
    co_return view;
}

net::Task<base::Result<ZoneView>> view_zone(dns::Resolver& resolver, AskServer ask, dns::Name owner,
                                            relay::DkimKey key, std::vector<net::Endpoint> only) {
    CO_TRY(auto place, co_await find_zone(resolver, std::move(owner)));
    auto servers = as_servers(only);
    if (servers.empty()) {
        CO_TRY(servers, co_await find_zone_servers(resolver, place.zone));
    }
    co_return co_await view_servers(std::move(ask), std::move(place), std::move(servers), std::move(key));
}

}  // namespace app
