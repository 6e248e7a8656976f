#include "app/dkim_check.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/dkim_keys.hpp"
#include "app/dkim_visible.hpp"
#include "app/probe_wait.hpp"
#include "net/run.hpp"

namespace app {

namespace {

using finding::Verdict;

constexpr std::size_t servers_at_once = 8;
constexpr std::size_t keys_at_once = 4;

bool is_revoked(const relay::DkimKey& key) {
    return key.life.state == relay::DkimState::revoked;
}

net::Task<dkim::KeyLookup> ask(dns::Resolver& resolver, const relay::DkimKey& key) {
    auto domain = key.domain;
    auto selector = key.selector;
    auto expected = key.public_key;
    co_return co_await dkim::look_up_exact_key(resolver, std::move(domain), std::move(selector),
                                               std::move(expected));
}

// One check of one key, and what it needs on the way.
struct Check {
    const ResolverMaker& make_resolver;
    const KeyCheckOptions& options;
    KeyCheck& result;
    net::Task<void> ask_usual(dns::Resolver& resolver) {
        const auto lookup = co_await ask(resolver, result.key);
        result.answers.push_back(answer_of("resolver", judge_sight(lookup, result.key), result.key));
    }

    net::Task<void> ask_server(net::Endpoint server, KeyAnswer& answer) {
        const auto resolver = make_resolver({server});
        const auto lookup = co_await ask(*resolver, result.key);
        answer = answer_of(std::move(answer.server), judge_sight(lookup, result.key), result.key);
    }

    net::Task<void> ask_given() {
        result.answers.resize(options.servers.size());
        const std::function<net::Task<void>(std::size_t)> make = [&](std::size_t i) {
            result.answers[i].server = net::to_string(options.servers[i]);
            return ask_server(options.servers[i], result.answers[i]);
        };
        co_await net::for_each(options.servers.size(), servers_at_once, make);
    }

    net::Task<void> ask_zone(dns::Resolver& resolver) {
        auto name = dkim::key_name(result.key.domain, result.key.selector);
        if (name.has_error()) co_return;  // the look-up said so already
        const AskServer ask_one = [this](const net::Endpoint& server) { return make_resolver({server}); };
        auto view = co_await view_zone(resolver, ask_one, std::move(*name), result.key);
        if (view.has_error()) {
            KeyAnswer answer;
            answer.server = "name servers";
            answer.reason = view.error().message;
            result.answers.push_back(std::move(answer));
            co_return;
        }
        for (const auto& server : view->servers)
            if (!view->is_beside_the_point(server)) result.answers.push_back(answer_of(server, result.key));
    }
};

}  // namespace

KeyAnswer answer_of(std::string server, const KeySight& sight, const relay::DkimKey& key) {
    KeyAnswer answer{.server = std::move(server)};
    if (sight.seen != Visibility::unknown) {
        const bool right =
            sight.seen == Visibility::visible || (is_revoked(key) && sight.seen == Visibility::missing);
        answer.verdict = right ? Verdict::good : Verdict::bad;
    }
    if (answer.verdict != Verdict::good) answer.reason = sight.detail;
    answer.warning = sight.warning;
    return answer;
}

KeyAnswer answer_of(const ServerView& view, const relay::DkimKey& key) {
    return answer_of(fmt::format("{} {}", view.server.name, view.server.endpoint.address.to_string()),
                     view.sight, key);
}

Verdict KeyCheck::verdict() const {
    const auto has = [&](Verdict verdict) {
        return std::any_of(answers.begin(), answers.end(),
                           [&](const KeyAnswer& answer) { return answer.verdict == verdict; });
    };
    if (has(Verdict::bad)) return Verdict::bad;
    return answers.empty() || has(Verdict::unchecked) ? Verdict::unchecked : Verdict::good;
}

std::size_t KeyCheck::good_answers() const {
    return static_cast<std::size_t>(
        std::count_if(answers.begin(), answers.end(),
                      [](const KeyAnswer& answer) { return answer.verdict == Verdict::good; }));
}

net::Task<KeyCheck> check_key(ResolverMaker make_resolver, relay::DkimKey key, KeyCheckOptions options) {
    KeyCheck result{.key = std::move(key)};
    Check check{.make_resolver = make_resolver, .options = options, .result = result};
    if (!options.servers.empty()) {
        co_await check.ask_given();
        co_return result;
    }
    const auto resolver = make_resolver({});
    co_await check.ask_usual(*resolver);
    if (options.all_name_servers) co_await check.ask_zone(*resolver);
    co_return result;
}

net::Task<void> check_keys(ResolverMaker make_resolver, std::vector<relay::DkimKey> keys,
                           KeyCheckOptions options, KeyWait wait, std::vector<KeyCheck>& checks) {
    checks.clear();
    for (const auto& key : keys)
        checks.push_back({.key = key});
    const std::function<net::Task<void>(std::size_t)> make = [&](std::size_t i) -> net::Task<void> {
        if (checks[i].verdict() == Verdict::good) co_return;
        auto check = co_await check_key(make_resolver, keys[i], options);
        checks[i] = std::move(check);
    };
    for (;;) {
        co_await net::for_each(keys.size(), keys_at_once, make);
        const bool done = std::all_of(checks.begin(), checks.end(),
                                      [](const KeyCheck& check) { return check.verdict() == Verdict::good; });
        const auto now = std::chrono::steady_clock::now();
        if (done || now >= wait.until) co_return;
        const bool waited = co_await pause_until(std::min<net::Deadline>(now + wait.pause, wait.until));
        if (!waited) co_return;
        wait.pause = std::min<std::chrono::milliseconds>(wait.pause * 2, std::chrono::minutes(1));
    }
}

base::Result<void> note_seen(relay::Store& store, const base::Clock& clock,
                             const std::vector<KeyCheck>& checks) {
    TRY(auto transaction, relay::Transaction::begin(store));
    for (const auto& check : checks) {
        if (check.verdict() != Verdict::good) continue;
        TRY(const auto key, store.find_dkim_key(check.key.domain, check.key.selector));
        if (!key || key->id != check.key.id) continue;
        if (is_revoked(check.key)) continue;
        auto life = key->life;
        life.last_seen_at = clock.now();
        TRY_VOID(store.set_dkim_life(key->id, life));
    }
    return transaction.commit();
}

}  // namespace app
