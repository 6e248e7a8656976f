#include "app/predict.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include <fmt/format.h>

#include "app/dkim_keys.hpp"
#include "app/predict_findings.hpp"
#include "app/relay_address.hpp"
#include "app/relay_signing.hpp"
#include "base/text.hpp"
#include "dkim/lookup.hpp"
#include "net/run.hpp"

namespace app {

std::string_view to_string(EgressSource source) {
    switch (source) {
        case EgressSource::given:
            return "given";
        case EgressSource::stored:
            return "stored";
        case EgressSource::relay:
            return "relay";
        case EgressSource::none:
            return "none";
    }
    return "?";
}

PathKind path_kind(const relay::ReturnPath& return_path, const base::DomainName& author) {
    if (std::holds_alternative<relay::ManagedReturnPath>(return_path)) return PathKind::managed;
    if (std::holds_alternative<relay::FromReturnPath>(return_path)) return PathKind::from;
    if (std::holds_alternative<relay::NullReturnPath>(return_path)) return PathKind::null;
    const auto& domain = std::get<mail::Address>(return_path).domain();
    if (domain == author) return PathKind::author_domain;
    return domain.ascii().ends_with("." + author.ascii()) ? PathKind::subdomain : PathKind::other_domain;
}

namespace {

// The return path of each row: the relay's own where it is of that kind, else one that is usual.
std::string sender_of(PathKind kind, const PredictRequest& request) {
    const auto& author = request.from.domain().ascii();
    const auto* own = std::get_if<mail::Address>(&request.relay.return_path);
    if (own != nullptr && path_kind(request.relay.return_path, request.from.domain()) == kind)
        return own->to_string();
    switch (kind) {
        case PathKind::managed:
            return request.managed ? request.managed->to_string() : "";
        case PathKind::from:
            return request.from.to_string();
        case PathKind::author_domain:
            return "bounce@" + author;
        case PathKind::subdomain:
            return "bounce@bounce." + author;
        case PathKind::rewritten:
        case PathKind::other_domain:
        case PathKind::null:
            return "";
    }
    return "";
}

std::string why_unknown(PathKind kind) {
    switch (kind) {
        case PathKind::managed:
            return "the platform's bounce address is not set";
        case PathKind::rewritten:
            return "the domain of the relay's operator is not known";
        case PathKind::null:
            return "SPF is checked for the relay's HELO name, which is not known";
        case PathKind::other_domain:
            return "it depends on the SPF record of that domain";
        case PathKind::from:
        case PathKind::author_domain:
        case PathKind::subdomain:
            return "";
    }
    return "";
}

// The operator's own domain, as far as the relay's host name tells.
net::Task<std::string> operator_domain(dns::Resolver& resolver, relay::Host host) {
    if (host.name() == nullptr) co_return std::string();
    const dns::Name name(*host.name());
    const auto organization = co_await dmarc::find_organizational_domain(resolver, name);
    co_return organization ? organization->to_string() : std::string();
}

// How a domain compares with the author's, under the mode that the governing record asks for.
net::Task<dmarc::IdentifierResult> compare_domains(dns::Resolver& resolver, const dmarc::Discovery& discovery,
                                                   dmarc::Identifier::Mechanism mechanism,
                                                   std::string domain) {
    dmarc::IdentifierResult result;
    const auto name = dns::Name::parse(domain);
    if (name.has_error()) co_return result;
    dmarc::Identifier identifier;
    identifier.mechanism = mechanism;
    identifier.domain = *name;
    std::vector<dmarc::Identifier> identifiers = {identifier};
    const auto evaluation = co_await dmarc::evaluate(resolver, discovery, std::move(identifiers));
    co_return evaluation.identifiers.front();
}

// In the words of who reads about one relay.
std::string alignment_text(const dmarc::IdentifierResult& compared, const dmarc::Discovery& discovery) {
    const auto domain = compared.identifier.domain.to_string(), author = discovery.domain.to_string();
    if (domain == author) return "it is the From domain";
    if (compared.aligned != dmarc::Aligned::no || !compared.organizational_domain) return compared.reason;
    const auto organization = compared.organizational_domain->to_string();
    if (organization == domain) return fmt::format("{} is another organization than {}", domain, author);
    return fmt::format("{} is of {}, another organization than {}", domain, organization, author);
}

net::Task<PathFacts> gather_path(dns::Resolver& resolver, PathKind kind, const Forecast& forecast) {
    const auto& request = forecast.request;
    PathFacts path{.kind = kind, .sender = sender_of(kind, request)};
    if (kind == PathKind::null) path.domain = request.helo;
    if (kind == PathKind::rewritten) {
        path.domain = co_await operator_domain(resolver, request.relay.host);
        path.assumed = true;
        if (!path.domain.empty()) path.sender = "bounce@" + path.domain;
    }
    if (const auto at = path.sender.rfind('@'); at != std::string::npos)
        path.domain = path.sender.substr(at + 1);
    if (path.domain.empty()) {
        path.unknown = why_unknown(kind);
    } else {
        const auto compared = co_await compare_domains(resolver, forecast.discovery,
                                                       dmarc::Identifier::Mechanism::spf, path.domain);
        path.aligned = compared.aligned;
        path.alignment = alignment_text(compared, forecast.discovery);
        // Without any policy there are no organizations; one at the author's domain would make it that of
        // both.
        const auto domain = dns::Name::parse(path.domain);
        if (forecast.facts.policy == dmarc::DiscoveryResult::none && compared.aligned == dmarc::Aligned::no &&
            domain.has_value() && domain->is_at_or_below(forecast.discovery.domain)) {
            path.aligned = dmarc::Aligned::yes;
            path.alignment = fmt::format("it is below {}", forecast.facts.author);
        }
        const std::string helo = request.helo.empty() ? request.relay.host.to_string() : request.helo;
        path.spf = co_await evaluate_spf(resolver, path.sender, helo, forecast.egress_ips, request.now);
    }
    co_return path;
}

KeyState judge_key(const dkim::KeyLookup& lookup) {
    if (dns::is_temporary(lookup.status)) return KeyState::unchecked;
    if (!lookup.chosen) return KeyState::missing;
    if (lookup.is_revoked()) return KeyState::broken;
    if (lookup.matches_expected == false && lookup.key()->key) return KeyState::different;
    return lookup.verdict == finding::Verdict::good ? KeyState::usable : KeyState::broken;
}

std::string first_error(const dkim::KeyLookup& lookup) {
    for (const auto& finding : lookup.findings)
        if (finding.severity == finding::Severity::error) return finding.observed;
    return "it cannot be used";
}

std::string describe_key(const dkim::KeyLookup& lookup, KeyState state) {
    switch (state) {
        case KeyState::usable:
            return fmt::format("{}, {}, is published and is the store's", lookup.selector,
                               lookup.key()->key_text());
        case KeyState::missing:
            return fmt::format("{} is not published: {} for {}", lookup.selector,
                               dns::to_string(lookup.status), lookup.name);
        case KeyState::different:
            return fmt::format("the key published at {} is not the one in the store", lookup.name);
        case KeyState::broken:
            return lookup.is_revoked() ? fmt::format("{} is revoked: p= is empty", lookup.selector)
                                       : fmt::format("{}: {}", lookup.selector, first_error(lookup));
        case KeyState::unchecked:
            return fmt::format("{} could not be looked up: {}", lookup.name, lookup.detail);
        case KeyState::none:
            break;
    }
    return "";
}

// Why there is no key.
std::string lacking(const SigningFacts& signing, const PredictRequest& request) {
    const auto* ended = find_ended_key(request.keys, request.from.domain(), signing.selector);
    if (ended == nullptr)
        return fmt::format("the store has no key {} of {} to sign with", signing.selector, signing.domain);
    return fmt::format("the key {} of {} is {} and never signs", signing.selector, signing.domain,
                       to_string(ended->life.state));
}

// Where two keys sign it is the RSA key that every receiver verifies.
net::Task<void> gather_key(dns::Resolver& resolver, Forecast& forecast) {
    const auto& request = forecast.request;
    auto& signing = forecast.facts.signing;
    signing.domain = request.from.domain().ascii();
    signing.selector = request.relay.dkim_selector.value_or("s" + base::year_and_month(request.now));
    auto key = signing_key(request.relay, request.from.domain(), request.keys);
    if (!key) {
        signing.reason = lacking(signing, request);
        co_return;
    }
    auto partner = partner_key(*key, request.keys);
    if (key->life.state == relay::DkimState::pending) partner.reset();
    if (partner && partner->algorithm == relay::KeyAlgorithm::rsa) std::swap(*key, *partner);
    signing.selector = key->selector;
    signing.domain = key->domain.ascii();
    signing.algorithm = key->algorithm;
    const auto compared = co_await compare_domains(resolver, forecast.discovery,
                                                   dmarc::Identifier::Mechanism::dkim, signing.domain);
    signing.aligned = compared.aligned;
    signing.alignment = alignment_text(compared, forecast.discovery);
    const auto lookup = co_await dkim::look_up_key(resolver, key->domain, key->selector, key->public_key);
    signing.state = judge_key(lookup);
    signing.reason = describe_key(lookup, signing.state);
    if (!partner) co_return;
    const auto other =
        co_await dkim::look_up_key(resolver, partner->domain, partner->selector, partner->public_key);
    const auto state = judge_key(other);
    signing.beside = SecondKey{partner->selector, state, describe_key(other, state)};
}

net::Task<void> gather_egress(dns::Resolver& resolver, Forecast& forecast) {
    const auto& request = forecast.request;
    const auto& known = request.egress_ips.empty() ? request.relay.egress_ips : request.egress_ips;
    if (!known.empty()) {
        forecast.egress_ips.assign(known.begin(), known.end());
        forecast.egress_source = request.egress_ips.empty() ? EgressSource::stored : EgressSource::given;
        co_return;
    }
    auto addresses = co_await relay_addresses(resolver, request.relay.host);
    forecast.egress_ips = std::move(addresses.found);
    forecast.egress_failure = std::move(addresses.failure);
    if (forecast.egress_ips.size() > relay::most_egress_ips)
        forecast.egress_ips.resize(relay::most_egress_ips);
    if (!forecast.egress_ips.empty()) forecast.egress_source = EgressSource::relay;
}

constexpr PathKind all_paths[] = {PathKind::managed,       PathKind::rewritten, PathKind::from,
                                  PathKind::author_domain, PathKind::subdomain, PathKind::other_domain,
                                  PathKind::null};

// From is what a remedy may change the return path to.
net::Task<void> gather_paths(dns::Resolver& resolver, PathKind own, Forecast& forecast) {
    std::vector<PathKind> kinds;
    for (const auto kind : all_paths)
        if (forecast.request.matrix || kind == own || kind == PathKind::from) kinds.push_back(kind);
    // What an interruption leaves out is not known.
    std::vector<PathFacts> paths;
    for (const auto kind : kinds)
        paths.push_back({.kind = kind, .unknown = "it was not looked up"});
    const std::function<net::Task<void>(std::size_t)> make = [&](std::size_t i) -> net::Task<void> {
        paths[i] = co_await gather_path(resolver, kinds[i], forecast);
    };
    co_await net::for_each(kinds.size(), kinds.size(), make);
    forecast.facts.paths = std::move(paths);
}

void fill_matrix(Forecast& forecast) {
    for (const auto& path : forecast.facts.paths)
        for (const auto signing : {Signing::off, Signing::on})
            forecast.matrix.push_back(predict_mail(
                forecast.facts,
                {.path = path.kind, .signing = signing, .body = forecast.prediction.scenario.body}));
}

// What stays unknown however often the DNS is asked.
bool lacks_facts(const Forecast& forecast) {
    return forecast.egress_ips.empty() ||
           (forecast.prediction.scenario.path == PathKind::null && forecast.request.helo.empty());
}

}  // namespace

net::Task<Forecast> predict(dns::Resolver& resolver, PredictRequest request) {
    Forecast forecast{.request = std::move(request)};
    const auto& relay = forecast.request.relay;
    const auto author = forecast.request.from.domain();
    const dns::Name author_name(author);
    forecast.facts.author = author.ascii();
    forecast.discovery = co_await dmarc::discover(resolver, author_name);
    forecast.facts.policy = forecast.discovery.result;
    forecast.facts.effective = forecast.discovery.effective;
    co_await gather_egress(resolver, forecast);
    co_await gather_key(resolver, forecast);
    const auto own = path_kind(relay.return_path, author);
    co_await gather_paths(resolver, own, forecast);
    const Scenario scenario{.path = own,
                            .signing = relay.dkim_selector ? Signing::on : Signing::off,
                            .body = forecast.request.body};
    forecast.prediction = predict_mail(forecast.facts, scenario);
    forecast.refusal = signing_refusal(relay, author, forecast.request.keys);
    if (forecast.request.matrix) fill_matrix(forecast);
    const bool fails = forecast.prediction.verdict == finding::Verdict::bad;
    if (fails || forecast.refusal ||
        (forecast.prediction.verdict == finding::Verdict::unchecked && lacks_facts(forecast))) {
        const RemedyRequest wanted{
            .relay = &relay,
            .author = author,
            .keys = &forecast.request.keys,
            .refused = forecast.refusal.has_value(),
            .helo = forecast.request.helo.empty() ? relay.host.to_string() : forecast.request.helo,
            .now = forecast.request.now};
        forecast.remedy_sought = true;
        forecast.remedy = co_await find_remedy(resolver, wanted, forecast.facts, scenario);
    }
    forecast.findings = predict_findings(forecast);
    co_return forecast;
}

}  // namespace app
