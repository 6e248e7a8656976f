#include "app/dkim_publish.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/dkim_keys.hpp"
#include "base/text.hpp"
#include "dkim/lookup.hpp"
#include "dns/tcp_query.hpp"
#include "net/run.hpp"

namespace app {

namespace {

constexpr auto first_pause = std::chrono::seconds(1);
constexpr auto longest_pause = std::chrono::seconds(30);

// The server that the SOA record of the zone names, at the first of its addresses.
net::Task<base::Result<ZoneServer>> find_primary(dns::Resolver& resolver, dns::Name zone) {
    dns::Question question;
    question.name = zone;
    question.type = dns::Type::soa;
    const auto soa = co_await resolver.query(question);
    base::Error error;
    error.kind = base::ErrorKind::unavailable;
    error.hint = "--server ADDRESS";
    const auto* name =
        soa.status == dns::Status::found ? std::get_if<dns::Name>(&soa.records.front().data) : nullptr;
    if (name == nullptr) {
        error.message = fmt::format("no SOA record of {} can be had: {}", base::printable(zone.to_string()),
                                    dns::to_string(soa.status));
        co_return error;
    }
    question.name = *name;
    for (const auto type : {dns::Type::a, dns::Type::aaaa}) {
        question.type = type;
        const auto answer = co_await resolver.query(question);
        const auto addresses = answer.addresses();
        if (addresses.empty()) continue;
        ZoneServer server;
        server.name = name->to_string();
        server.endpoint.address = addresses.front();
        server.endpoint.port = 53;
        co_return server;
    }
    error.message = fmt::format("the primary server of {}, {}, has no address",
                                base::printable(zone.to_string()), base::printable(name->to_string()));
    co_return error;
}

net::Task<base::Result<ZoneServer>> choose_server(dns::Resolver& resolver, dns::Name zone,
                                                  std::optional<net::Endpoint> given) {
    if (!given) co_return co_await find_primary(resolver, std::move(zone));
    ZoneServer server;
    server.name = net::to_string(*given);
    server.endpoint = *given;
    co_return server;
}

base::Error taken(const PublishPlan& plan, const KeySight& sight, const relay::DkimKey& key,
                  Publishing what) {
    const auto owner = base::printable(plan.place.owner.to_string());
    auto there = plan.found.size() == 1 ? "another record: " + base::quoted(plan.found.front())
                                        : fmt::format("{} TXT records", plan.found.size());
    if (plan.found.size() == 1 && sight.has_key)
        there = "the key in a record that is of no use: " + base::printable(sight.detail);
    if (what == Publishing::remove)
        return {.kind = base::ErrorKind::conflict,
                .message = fmt::format("{} has {}: only the key's own is removed", owner, there)};
    return {.kind = base::ErrorKind::conflict,
            .message = fmt::format("{} has {}", owner, there),
            .hint = fmt::format("relayctl dkim publish {} --replace", to_string(key))};
}

dns::Txt txt_of(std::string_view value) {
    dns::Txt txt;
    txt.strings = dkim::split_into_strings(value);
    return txt;
}

// What is to be done about an answer to the TXT question at the plan's place. Pure.
base::Result<PublishPlan> decide(PublishPlan plan, const dns::Answer& answer, const relay::DkimKey& key,
                                 const PublishWish& wish) {
    using Change = PublishPlan::Change;
    plan.found = answer.texts();
    plan.update.zone = plan.place.zone;
    plan.update.owner = plan.place.owner;
    plan.update.ttl = wish.ttl;
    for (const auto& record : answer.records)
        if (const auto* txt = std::get_if<dns::Txt>(&record.data)) plan.update.before.push_back(*txt);
    const auto sight = judge_sight(answer, key);
    const bool own = plan.found.size() == 1 && sight.has_key;
    if (wish.what == Publishing::remove) {
        // An empty p= is what a revoked key leaves.
        const bool left = sight.seen == Visibility::visible;
        if (plan.found.empty()) return plan;
        if (!own && !left) return taken(plan, sight, key, wish.what);
        plan.change = Change::remove;
        return plan;
    }
    if (sight.seen == Visibility::visible) return plan;
    const bool ends = own && key.life.state == relay::DkimState::revoked;
    if (!plan.found.empty() && !ends && !wish.replace) return taken(plan, sight, key, wish.what);
    plan.change = plan.found.empty() ? Change::add : Change::replace;
    plan.update.after = txt_of(plan.value);
    return plan;
}

net::Task<base::Result<void>> make_update(const PublishPlan& plan, const dns::TsigKey& key,
                                          const base::Clock& clock, std::chrono::milliseconds timeout) {
    const auto deadline = net::Deadline::clock::now() + timeout;
    auto update = plan.update;
    auto copy = key;
    auto answer =
        co_await dns::send_update(plan.server.endpoint, std::move(update), std::move(copy), deadline);
    const auto server = plan.server.name + ": ";
    if (answer.has_error() && answer.error().kind == base::ErrorKind::unavailable) {
        auto error = std::move(answer).error();
        error.message = server + error.message;
        error.hint = "try again: what was done already is not done twice";
        co_return error;
    }
    if (answer.has_error()) co_return std::move(answer).error();
    auto judged = dns::judge_update(*answer, plan.update, key, clock.now());
    if (judged.has_value()) co_return judged;
    auto error = std::move(judged).error();
    error.message = server + error.message;
    co_return error;
}

// Where an alias leads to the zone of somebody else, who alone may change it.
base::Error with_alias(base::Error error, const PublishPlan& plan, const relay::DkimKey& key) {
    const auto name = dkim::key_name(key.domain, key.selector);
    if (name.has_error() || plan.place.owner == *name) return error;
    const auto owner = base::printable(plan.place.owner.to_string());
    const auto zone = base::printable(plan.place.zone.to_string());
    error.message = fmt::format("{} is an alias of {}, in zone {}: {}", base::printable(name->to_string()),
                                owner, zone, error.message);
    if (error.kind == base::ErrorKind::refused)
        error.hint = fmt::format(
            "--server and --tsig-key of who runs {}, or send them the record: relayctl dkim "
            "record {} --target {}",
            zone, to_string(key), owner);
    return error;
}

// What a server shows, held against what was wished for.
KeyAnswer answer_for(const ServerView& view, const relay::DkimKey& key, Publishing what) {
    auto answer = answer_of(view, key);
    const auto seen = view.sight.seen;
    if (seen == Visibility::unknown) return answer;
    const auto& detail = view.sight.detail;
    if (what == Publishing::publish) {
        // No record is right of a revoked key, but not what was wished for.
        if (seen != Visibility::missing) return answer;
        answer.verdict = finding::Verdict::bad;
        answer.reason = detail;
        return answer;
    }
    const bool gone = seen == Visibility::missing;
    answer.verdict = gone ? finding::Verdict::good : finding::Verdict::bad;
    answer.reason = gone ? "" : seen == Visibility::visible ? "the record is there" : detail;
    return answer;
}

net::Task<void> watch(AskServer ask, std::vector<ZoneServer> servers, Publishing what, net::Deadline until,
                      Publication& result) {
    for (auto pause = first_pause;; pause = std::min(2 * pause, longest_pause)) {
        auto seen = co_await view_servers(ask, result.plan.place, servers, result.check.key);
        result.view = std::move(seen);
        result.check.answers.clear();
        for (const auto& view : result.view.servers)
            if (!result.view.is_beside_the_point(view))
                result.check.answers.push_back(answer_for(view, result.check.key, what));
        const auto now = net::Deadline::clock::now();
        if (result.check.verdict() == finding::Verdict::good || now >= until) co_return;
        co_await net::sleep_until(std::min<net::Deadline>(until, now + pause));
    }
}

}  // namespace

std::string_view to_string(PublishPlan::Change change) {
    switch (change) {
        case PublishPlan::Change::add:
            return "added";
        case PublishPlan::Change::replace:
            return "replaced";
        case PublishPlan::Change::remove:
            return "removed";
        case PublishPlan::Change::none:
            break;
    }
    return "unchanged";
}

net::Task<base::Result<PublishPlan>> plan_publication(dns::Resolver& resolver, AskServer ask,
                                                      relay::DkimKey key, PublishWish wish) {
    PublishPlan plan;
    plan.value = dkim_record_value(key);
    CO_TRY(plan.place.owner, dkim::key_name(key.domain, key.selector));
    auto near = dns::Name(key.domain);
    dns::Answer answer;
    // Once at the key's name, and once where a CNAME there leads to in another zone.
    for (int step = 0; step < 2; ++step) {
        if (wish.zone) {
            plan.place.zone = *wish.zone;
        } else {
            CO_TRY(plan.place.zone, co_await find_apex(resolver, near));
        }
        if (!plan.place.owner.is_at_or_below(plan.place.zone)) {
            co_return base::usage_error(fmt::format("{} is not in zone {}",
                                                    base::printable(plan.place.owner.to_string()),
                                                    base::printable(plan.place.zone.to_string())));
        }
        CO_TRY(plan.server, co_await choose_server(resolver, plan.place.zone, wish.server));
        const auto server = ask(plan.server.endpoint);
        dns::Question question;
        question.name = plan.place.owner;
        question.type = dns::Type::txt;
        answer = co_await server->query(question);
        if (answer.aliases.empty()) break;
        plan.place.owner = answer.aliases.back();
        if (plan.place.owner.is_at_or_below(plan.place.zone) && !dns::is_temporary(answer.status)) break;
        near = plan.place.owner;
    }
    if (answer.status != dns::Status::found && !dns::is_missing(answer.status)) {
        base::Error error;
        error.kind = base::ErrorKind::unavailable;
        error.message = fmt::format("{} does not tell what stands at {}: {}", plan.server.name,
                                    base::printable(plan.place.owner.to_string()),
                                    answer.detail.empty() ? dns::to_string(answer.status) : answer.detail);
        co_return error;
    }
    co_return decide(std::move(plan), answer, key, wish);
}

net::Task<base::Result<void>> publish_key(ResolverMaker make_resolver, const base::Clock& clock,
                                          PublishWish wish, PublishOptions options, Publication& result) {
    const auto resolver = make_resolver({});
    const AskServer ask = [&](const net::Endpoint& server) { return make_resolver({server}); };
    CO_TRY(result.plan, co_await plan_publication(*resolver, ask, result.check.key, wish));
    if (options.key == nullptr) co_return base::Result<void>();
    if (result.plan.change != PublishPlan::Change::none) {
        auto made = co_await make_update(result.plan, *options.key, clock, options.timeout);
        if (made.has_error()) co_return with_alias(std::move(made).error(), result.plan, result.check.key);
        result.done = true;
    }
    auto servers = as_servers(options.only);
    if (servers.empty()) {
        CO_TRY(servers, co_await find_zone_servers(*resolver, result.plan.place.zone));
    }
    co_await watch(ask, std::move(servers), wish.what, options.until, result);
    co_return base::Result<void>();
}

}  // namespace app
