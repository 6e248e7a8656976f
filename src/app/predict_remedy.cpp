#include "app/predict_remedy.hpp"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "app/dkim_keys.hpp"
#include "app/relay_signing.hpp"
#include "base/text.hpp"
#include "dns/overlay.hpp"
#include "net/run.hpp"
#include "spf/extend.hpp"
#include "spf/record.hpp"

namespace app {

namespace {

constexpr std::size_t addresses_at_once = 8;

// What could be changed, and the facts as they would be then.
struct Candidate {
    Remedy remedy;
    MailFacts facts;
    Scenario scenario;

    // A record takes another person, another system and a time to live; commands none of them.
    std::size_t cost() const { return remedy.records.size() * 2 + (remedy.commands.empty() ? 0 : 1); }
};

PathFacts* find_path(MailFacts& facts, PathKind kind) {
    for (auto& path : facts.paths)
        if (path.kind == kind) return &path;
    return nullptr;
}

// How a relay is told to sign: a key needs a domain that the relay names. One that serves all domains is to
// name this one beside them; one that serves none (a fallback) would take other mail then: nullopt.
std::optional<std::string> sign_command(const relay::Relay& relay, const SigningFacts& key) {
    const auto& domains = relay.domains;
    const bool names_one =
        relay.dkim_selector || std::any_of(domains.begin(), domains.end(),
                                           [](const auto& pattern) { return pattern.name().has_value(); });
    if (!names_one && domains.empty()) return std::nullopt;
    return fmt::format("relayctl edit {}{} --dkim-selector {}", relay.name,
                       names_one ? "" : " --add-domain " + key.domain, key.selector);
}

// The record of the key, where the store has it already.
RecordChange key_record(const RemedyRequest& request, const SigningFacts& key) {
    RecordChange change{.name = fmt::format("{}._domainkey.{}", key.selector, key.domain)};
    for (const auto& stored : *request.keys)
        if (stored.domain.ascii() == key.domain && stored.selector == key.selector)
            change.value = dkim_record_value(stored);
    return change;
}

bool is_pending(const RemedyRequest& request, const SigningFacts& key) {
    return std::any_of(request.keys->begin(), request.keys->end(), [&](const relay::DkimKey& stored) {
        return stored.domain.ascii() == key.domain && stored.selector == key.selector &&
               stored.life.state == relay::DkimState::pending;
    });
}

// In place of a key that never signs again comes another, which may have to be made.
void replace_ended_key(const RemedyRequest& request, const SigningFacts& key, Remedy& remedy) {
    remedy.commands = {command_to_other_key(request.author, *request.keys)};
    remedy.summary = fmt::format("sign with another DKIM key: {} never signs again", key.selector);
}

// The key made good: made, published, and signed with.
std::optional<Candidate> signing_candidate(const RemedyRequest& request, const MailFacts& facts,
                                           const Scenario& scenario) {
    SigningFacts key = facts.signing;
    // A key of another domain that does not align: the From domain needs one of its own.
    if (key.aligned != dmarc::Aligned::yes)
        key = {.domain = request.author.ascii(), .selector = key.selector, .state = KeyState::none};
    const auto& relay = *request.relay;
    const auto begin_to_sign = sign_command(relay, key);
    if (!begin_to_sign) return std::nullopt;
    Candidate candidate{.remedy = {}, .facts = facts, .scenario = scenario};
    auto& remedy = candidate.remedy;
    if (find_ended_key(*request.keys, request.author, key.selector) != nullptr) {
        replace_ended_key(request, key, remedy);
        candidate.scenario.signing = Signing::on;
        candidate.facts.signing = key;
        candidate.facts.signing.state = KeyState::usable;
        return candidate;
    }
    const bool has_key = key.state != KeyState::none;
    const bool pending = !has_key || is_pending(request, key);
    if (!has_key)
        remedy.commands.push_back(
            fmt::format("relayctl dkim generate {} --selector {}", key.domain, key.selector));
    if (key.state != KeyState::usable) {
        remedy.records.push_back(key_record(request, key));
        if (!has_key)
            remedy.commands.push_back(fmt::format("relayctl dkim record {}@{}", key.selector, key.domain));
    }
    if (pending)
        remedy.commands.push_back(fmt::format("relayctl dkim activate {}@{}", key.selector, key.domain));
    if (scenario.signing == Signing::off) remedy.commands.push_back(*begin_to_sign);
    candidate.scenario.signing = Signing::on;
    auto& signing = candidate.facts.signing;
    signing = key;
    if (signing.state != KeyState::usable) {
        signing.state = KeyState::usable;
        signing.reason = fmt::format("signed with {}, once its record is published", key.selector);
    }
    remedy.summary = !has_key ? "sign with a DKIM key of the From domain"
                     : key.state == KeyState::usable && scenario.signing == Signing::on
                         ? fmt::format("activate the DKIM key {}: its record is published", key.selector)
                     : key.state == KeyState::usable
                         ? fmt::format("sign with DKIM: the key {} is published and good", key.selector)
                         : fmt::format("publish the DKIM key {}{}", key.selector,
                                       scenario.signing == Signing::off ? ", and sign with it" : "");
    return candidate;
}

Candidate path_candidate(const RemedyRequest& request, const MailFacts& facts, const Scenario& scenario) {
    Candidate candidate{.remedy = {}, .facts = facts, .scenario = scenario};
    candidate.scenario.path = PathKind::from;
    candidate.remedy.commands = {fmt::format("relayctl edit {} --return-path from", request.relay->name)};
    candidate.remedy.summary = "use the From address as return path: SPF of its domain covers the relay";
    return candidate;
}

bool is_spf_record(std::string_view text) {
    return spf::is_record(text);
}

// SPF of the path's domain with the addresses in it: linted and evaluated as if it were published. nullopt =
// there is no record that does it.
net::Task<std::optional<Candidate>> record_candidate(dns::Resolver& resolver, const RemedyRequest& request,
                                                     const MailFacts& facts, Scenario scenario) {
    std::optional<Candidate> nothing;
    const auto* path = facts.find(scenario.path);
    if (path == nullptr || path->spf.empty() || path->domain.empty()) co_return nothing;
    const auto name = dns::Name::parse(path->domain);
    if (name.has_error()) co_return nothing;
    std::vector<base::IpAddress> all, wanting;
    for (const auto& result : path->spf) {
        all.push_back(result.ip);
        if (result.verdict != spf::Verdict::pass) wanting.push_back(result.ip);
    }
    const auto lint = co_await spf::lint(resolver, path->domain);
    const auto extension = spf::allow_addresses(lint, wanting);
    if (!extension) co_return nothing;
    dns::Overlay changed(resolver, *name, extension->record, is_spf_record);
    const auto after = co_await spf::lint(changed, path->domain);
    if (finding::has_error(after.findings) || after.lookups > spf::most_lookups) co_return nothing;
    Candidate candidate{.remedy = {}, .facts = facts, .scenario = scenario};
    auto* changed_path = find_path(candidate.facts, scenario.path);
    changed_path->spf = co_await evaluate_spf(changed, path->sender, request.helo, all, request.now);
    candidate.remedy.records.push_back({.name = path->domain,
                                        .value = extension->record,
                                        .replaces = lint.record,
                                        .flattened = extension->flattened,
                                        .lookups = after.lookups});
    candidate.remedy.summary = fmt::format("let the relay's {} send as {}",
                                           wanting.size() == 1 ? "address" : "addresses", path->domain);
    co_return candidate;
}

// Puts the change of the return path before that of the record.
void add_path_change(const RemedyRequest& request, Candidate& candidate) {
    candidate.remedy.commands = {fmt::format("relayctl edit {} --return-path from", request.relay->name)};
    candidate.remedy.summary += ", and use the From address as return path";
}

std::optional<Remedy> cheapest(std::vector<Candidate> candidates) {
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const Candidate& a, const Candidate& b) { return a.cost() < b.cost(); });
    for (auto& candidate : candidates) {
        candidate.remedy.after = predict_mail(candidate.facts, candidate.scenario);
        if (candidate.remedy.after.verdict == finding::Verdict::good) return std::move(candidate.remedy);
    }
    return std::nullopt;
}

}  // namespace

bool begins_signing(std::string_view command) {
    return command.starts_with("relayctl edit ") || command.starts_with("relayctl dkim activate ");
}

net::Task<std::vector<EgressResult>> evaluate_spf(dns::Resolver& resolver, std::string sender,
                                                  std::string helo, std::vector<base::IpAddress> addresses,
                                                  base::Time now) {
    std::vector<EgressResult> results(addresses.size());
    const std::function<net::Task<void>(std::size_t)> make = [&](std::size_t i) -> net::Task<void> {
        spf::Query query = spf::make_query(sender, helo, addresses[i]);
        query.now = now;
        const auto evaluation = co_await spf::evaluate(resolver, query);
        results[i] = {.ip = addresses[i],
                      .verdict = evaluation.verdict,
                      .term = evaluation.term,
                      .reason = evaluation.reason};
    };
    co_await net::for_each(addresses.size(), addresses_at_once, make);
    co_return results;
}

net::Task<std::optional<Remedy>> find_remedy(dns::Resolver& resolver, const RemedyRequest& request,
                                             const MailFacts& facts, const Scenario& scenario) {
    std::vector<Candidate> candidates;
    const bool can_be_signed = request.refused || scenario.signing == Signing::off ||
                               facts.signing.state != KeyState::usable ||
                               facts.signing.aligned != dmarc::Aligned::yes;
    if (can_be_signed)
        if (auto signing = signing_candidate(request, facts, scenario))
            candidates.push_back(std::move(*signing));
    if (request.refused) co_return cheapest(std::move(candidates));
    if (scenario.path != PathKind::from && facts.find(PathKind::from) != nullptr)
        candidates.push_back(path_candidate(request, facts, scenario));
    const auto* path = facts.find(scenario.path);
    // A foreign domain's record is not for the reader to change.
    if (path != nullptr && path->aligned == dmarc::Aligned::yes && scenario.path != PathKind::null) {
        auto record = co_await record_candidate(resolver, request, facts, scenario);
        if (record) candidates.push_back(std::move(*record));
    }
    if (scenario.path != PathKind::from && facts.find(PathKind::from) != nullptr) {
        Scenario other = scenario;
        other.path = PathKind::from;
        auto record = co_await record_candidate(resolver, request, facts, other);
        if (record) {
            add_path_change(request, *record);
            candidates.push_back(std::move(*record));
        }
    }
    co_return cheapest(std::move(candidates));
}

}  // namespace app
