#include "app/probe_relay.hpp"

#include <algorithm>
#include <functional>
#include <span>

#include <fmt/format.h>

#include "app/probe_address.hpp"
#include "app/probe_address_findings.hpp"
#include "app/probe_again.hpp"
#include "app/probe_combination.hpp"
#include "app/probe_dane.hpp"
#include "app/probe_findings.hpp"
#include "app/probe_login_remedy.hpp"
#include "app/probe_policy.hpp"
#include "app/probe_remedy.hpp"
#include "app/probe_summary.hpp"
#include "app/probe_verdict.hpp"
#include "app/tls_scan.hpp"
#include "finding/retell.hpp"
#include "net/own_address.hpp"
#include "net/run.hpp"
#include "smtp/session.hpp"

namespace app {

namespace {

using relay::Security;

constexpr std::size_t max_combinations = 64;

std::vector<Combination> empty_cells(const ProbeOptions& options) {
    std::vector<Combination> cells;
    for (const auto& endpoint : options.endpoints) {
        if (cells.size() == max_combinations) break;
        Combination cell;
        cell.endpoint = endpoint;
        cells.push_back(std::move(cell));
    }
    return cells;
}

std::optional<std::size_t> find_configured(const ProbeReport& report) {
    for (std::size_t i = 0; i < report.combinations.size(); ++i)
        if (report.combinations[i].endpoint == report.target.configured) return i;
    return std::nullopt;
}

std::vector<std::uint16_t> all_ports(const ProbeReport& report) {
    std::vector<std::uint16_t> ports;
    for (const auto& cell : report.combinations)
        if (std::find(ports.begin(), ports.end(), cell.endpoint.port) == ports.end())
            ports.push_back(cell.endpoint.port);
    return ports;
}

// The ports that show whether an address answers: the configured one, or all.
std::vector<std::uint16_t> ports_to_race(const ProbeReport& report) {
    if (report.configured) return {report.combinations[*report.configured].endpoint.port};
    return all_ports(report);
}

std::string own_name(const ProbeOptions& options, const base::IpAddress& towards) {
    if (!options.ehlo_name.empty()) return options.ehlo_name;
    return smtp::ehlo_name("", net::own_address_towards(towards).value_or(base::IpAddress()));
}

// The Error, if any, is our own fault.
net::Task<std::optional<base::Error>> probe_address(net::Dialer& dialer, ProbeOptions options,
                                                    ProbeReport& report) {
    auto chosen = co_await choose_address(dialer, report.addresses, ports_to_race(report), options);
    // No address has that port open: one where another port is says more than one that is not there at all.
    if (report.addresses.size() > 1 && report.configured && chosen.opened.empty())
        chosen = co_await choose_address(dialer, report.addresses, all_ports(report), options);
    report.address = chosen.address;
    options.ehlo_name = own_name(options, chosen.address);
    ProbeRun run{.dialer = dialer,
                 .target = report.target,
                 .options = options,
                 .address = chosen.address,
                 .ports = {},
                 .opened = std::move(chosen.opened)};
    for (const auto& cell : report.combinations)
        if (cell.endpoint.security == Security::ssl) run.ports[cell.endpoint.port].tls_is_tried = true;
    const auto make = [&](std::size_t i) {
        const auto patience = report.configured == i ? Patience::patient : Patience::usual;
        return probe_combination(run, report.combinations[i], patience);
    };
    const auto start = std::chrono::steady_clock::now();
    co_await net::for_each(report.combinations.size(), options.connections, make);
    run.latest = start + options.timeout;
    if (!run.local_error) co_await try_again_alone(run, report.combinations, report.configured);
    co_return run.local_error;
}

// Of two addresses where it does not work, the one that answers says more.
bool is_better(const ProbeReport& one, const ProbeReport& other) {
    if (one.verdict != other.verdict) return finding::worse(one.verdict, other.verdict) == other.verdict;
    const auto answers = [](const ProbeReport& report) {
        return std::any_of(report.combinations.begin(), report.combinations.end(),
                           [](const Combination& cell) { return cell.times.connect.has_value(); });
    };
    return answers(one) && !answers(other);
}

// The report is then that of the address where it works best, the first of these.
net::Task<std::optional<base::Error>> probe_each_address(net::Dialer& dialer, const ProbeOptions& options,
                                                         ProbeReport& report) {
    constexpr std::size_t addresses_at_once = 4;
    std::vector<ProbeReport> single(report.addresses.size(), report);
    std::vector<std::optional<base::Error>> errors(single.size());
    const std::function<net::Task<void>(std::size_t)> make = [&](std::size_t i) -> net::Task<void> {
        single[i].addresses = {report.addresses[i]};
        errors[i] = co_await probe_address(dialer, options, single[i]);
        judge_combinations(single[i].combinations, report.target.verification);
        single[i].verdict = overall_verdict(single[i]);
    };
    co_await net::for_each(single.size(), addresses_at_once, make);
    std::size_t best = 0;
    for (std::size_t i = 0; i < single.size(); ++i) {
        if (errors[i]) co_return std::move(errors[i]);
        if (is_better(single[i], single[best])) best = i;
        AddressResult result;
        result.address = report.addresses[i];
        result.combinations = single[i].combinations;
        result.verdict = single[i].verdict;
        report.by_address.push_back(std::move(result));
    }
    report.address = single[best].address;
    report.combinations = std::move(single[best].combinations);
    co_return std::nullopt;
}

// Only the names of one certificate are looked at: of the combination that is told of before others.
net::Task<void> look_up_other_names(dns::Resolver& resolver, ProbeReport& report) {
    const Combination* found = nullptr;
    const auto does_not_fit = [](const Combination& cell) {
        return cell.tls && cell.tls->status == net::CertificateStatus::name_mismatch &&
               !cell.tls->chain.empty();
    };
    for (const auto& cell : report.combinations)
        if (found == nullptr && does_not_fit(cell)) found = &cell;
    if (const auto told = told_combination_with_tls(report); told && does_not_fit(report.combinations[*told]))
        found = &report.combinations[*told];
    if (found == nullptr || !report.address) co_return;
    const auto& leaf = found->tls->chain.front();
    report.other_names = co_await look_up_names(resolver, leaf.names, *report.address);
    report.other_names.of = leaf.fingerprint_sha256;
}

net::Task<void> scan_report(net::Dialer& dialer, const ProbeOptions& options, ProbeReport& report) {
    const auto told = told_combination_with_tls(report);
    if (!told || !report.address) co_return;
    const auto& cell = report.combinations[*told];
    if (!came_to_tls(cell)) co_return;
    TlsScanRequest request;
    request.endpoint.address = *report.address;
    request.endpoint.port = cell.endpoint.port;
    request.security = cell.endpoint.security;
    request.server_name = report.target.host.to_string();
    request.ehlo_name = own_name(options, *report.address);
    request.deadline = std::chrono::steady_clock::now() + options.timeout;
    report.tls_scan = co_await scan_tls(dialer, std::move(request));
    const std::string subject = subject_of(report, cell);
    if (accepts_only_old_versions(*report.tls_scan))
        for (auto& finding : report.findings)
            if (finding.subject == subject)
                finding::retell(std::span(&finding, 1), "tls-handshake-failed", "tls-version-too-old");
    for (auto& finding : scan_findings(*report.tls_scan, subject))
        report.findings.push_back(std::move(finding));
}

}  // namespace

std::vector<ProbeEndpoint> probe_endpoints(std::vector<std::uint16_t> ports, std::vector<Security> securities,
                                           const std::optional<ProbeEndpoint>& configured) {
    if (ports.empty()) {
        ports = {25, 465, 587};
        if (configured && std::find(ports.begin(), ports.end(), configured->port) == ports.end())
            ports.push_back(configured->port);
    }
    const auto wanted = [&](Security security) {
        return securities.empty() ||
               std::find(securities.begin(), securities.end(), security) != securities.end();
    };
    std::vector<ProbeEndpoint> endpoints;
    for (const auto port : ports) {
        for (const auto security : {Security::none, Security::tls, Security::ssl}) {
            const ProbeEndpoint endpoint{.port = port, .security = security};
            const bool known = std::find(endpoints.begin(), endpoints.end(), endpoint) != endpoints.end();
            if (wanted(security) && !known) endpoints.push_back(endpoint);
        }
    }
    return endpoints;
}

ProbeTarget probe_target(const relay::Relay& relay) {
    return {.relay = relay.name,
            .relay_id = relay.id,
            .host = relay.host,
            .own = ProbeEndpoint{.port = relay.port, .security = relay.security},
            .configured = ProbeEndpoint{.port = relay.port, .security = relay.security},
            .verification = relay.verification,
            .ca_file = relay.ca_file,
            .fingerprint = relay.fingerprint,
            .user = relay.login ? relay.login->user : std::string()};
}

net::Task<base::Result<ProbeReport>> probe_relay(ProbeServices services, ProbeTarget target,
                                                 ProbeOptions options) {
    ProbeReport report{.target = std::move(target)};
    report.combinations = empty_cells(options);
    report.configured = find_configured(report);
    Resolution resolution = co_await resolve_host(services.resolver, report.target.host);
    report.addresses = resolution.addresses;
    report.dns_time = resolution.time;
    report.aliases = resolution.aliases;
    std::optional<base::Error> error;
    if (options.all_addresses && report.addresses.size() > 1) {
        error = co_await probe_each_address(services.dialer, options, report);
    } else if (!report.addresses.empty()) {
        error = co_await probe_address(services.dialer, options, report);
    }
    if (error) co_return std::move(*error);
    if (report.addresses.empty())
        for (auto& cell : report.combinations)
            cell.problem = resolution.failed ? Problem::no_dns_answer : Problem::no_address;
    judge_combinations(report.combinations, report.target.verification);
    report.verdict = overall_verdict(report);
    if (report.addresses.empty()) {
        report.findings.push_back(address_finding(report, resolution));
        co_return report;
    }
    co_await look_up_other_names(services.resolver, report);
    const auto now = services.clock.now();
    report.findings = probe_findings(report, now);
    for (auto& finding : missing_auth_findings(report))
        report.findings.push_back(std::move(finding));
    judge_addresses(report);
    report.tls_scan_asked = options.tls_scan;
    report.dane_asked = options.dane;
    if (options.tls_scan) co_await scan_report(services.dialer, options, report);
    if (options.dane) co_await check_dane(services.resolver, report, options.trust_ad, now);
    if (options.mta_sts) co_await check_policy(services, report, *options.mta_sts, options.policy_ca_file);
    co_return report;
}

std::string_view to_string(Outcome outcome) {
    switch (outcome) {
        case Outcome::ok:
            return "ok";
        case Outcome::unverified:
            return "unverified";
        case Outcome::fail:
            return "fail";
        case Outcome::closed:
            return "closed";
        case Outcome::timeout:
            return "timeout";
        case Outcome::skip:
            return "skip";
    }
    return "?";
}

std::string_view to_string(Problem problem) {
    switch (problem) {
        case Problem::none:
            return "none";
        case Problem::skipped:
            return "skipped";
        case Problem::no_address:
            return "no-address";
        case Problem::no_dns_answer:
            return "no-dns-answer";
        case Problem::interrupted:
            return "interrupted";
        case Problem::closed:
            return "closed";
        case Problem::connect_timeout:
            return "connect-timeout";
        case Problem::no_route:
            return "no-route";
        case Problem::connect_failed:
            return "connect-failed";
        case Problem::no_greeting:
            return "no-greeting";
        case Problem::implicit_tls_port:
            return "implicit-tls-port";
        case Problem::plain_port:
            return "plain-port";
        case Problem::closed_early:
            return "closed-early";
        case Problem::greeting_refused:
            return "greeting-refused";
        case Problem::not_smtp:
            return "not-smtp";
        case Problem::line_too_long:
            return "line-too-long";
        case Problem::reply_too_long:
            return "reply-too-long";
        case Problem::ehlo_refused:
            return "ehlo-refused";
        case Problem::starttls_missing:
            return "starttls-missing";
        case Problem::starttls_refused:
            return "starttls-refused";
        case Problem::data_before_tls:
            return "data-before-tls";
        case Problem::handshake_failed:
            return "handshake-failed";
        case Problem::handshake_timeout:
            return "handshake-timeout";
        case Problem::certificate:
            return "certificate";
        case Problem::connection_lost:
            return "connection-lost";
        case Problem::reply_timeout:
            return "reply-timeout";
    }
    return "?";
}

}  // namespace app
