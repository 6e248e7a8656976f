#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "app/probe_login.hpp"
#include "app/probe_relay.hpp"
#include "base/text.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/probe_login.hpp"
#include "cli/commands/probe_many.hpp"
#include "cli/commands/probe_monitor.hpp"
#include "cli/commands/probe_record.hpp"
#include "cli/commands/probe_repeat.hpp"
#include "cli/commands/relay_option_table.hpp"
#include "cli/count.hpp"
#include "cli/verdict.hpp"
#include "cli/views/probe_view.hpp"
#include "cli/waiting_line.hpp"
#include "net/run.hpp"
#include "net/run_each.hpp"

namespace cli {

namespace {

constexpr Example examples[] = {
    {"probe news", "a relay of the store: ports 25, 465, 587 with none, tls and ssl"},
    {"probe smtp.mailer.example", "any host"},
    {"probe smtp.mailer.example --require 587:tls -o json", "exit 0 only when this endpoint works"},
    {"probe --all", "every enabled relay, its own endpoint, a line each"},
    {"probe - -o jsonl <names", "relays or hosts from standard input"},
    {"probe news --repeat 10", "how long each stage takes"},
    {"probe --all --only-changes", "for cron: silent while nothing changes"},
    {"probe news --monitor", "a check for Nagios, Icinga, Zabbix"},
    {"probe news --tls-scan --dane", "TLS versions, ciphers, and the certificate against TLSA records"},
    {"probe mx1.example.com --port 25 --security tls --mta-sts example.com",
     "does the domain's MTA-STS policy let mail come here"},
    {"probe news --all-addresses", "each address of the host"},
    {"probe news --login --sender news@example.com --recipient alice@example.net",
     "log in, and ask whether such mail is taken"},
    {"probe 127.0.0.1 --port 2525 --any-port --security none", ""},
};
constexpr std::string_view endpoint_words[] = {"25:none", "25:tls", "465:ssl", "587:none", "587:tls"};

constexpr Option own_options[] = {
    {.name = "--port",
     .value = "PORT",
     .help = "try this port only, repeatable",
     .completion = Completion::words,
     .words = port_words,
     .repeat = Repeat::yes},
    {.name = "--any-port", .help = "allow a port other than 25, 465 and 587"},
    {.name = "--security",
     .value = "MODE",
     .help = "try this only, repeatable: ssl = TLS from the first byte, tls = STARTTLS, none = clear text",
     .completion = Completion::words,
     .words = security_words,
     .repeat = Repeat::yes},
    {.name = "--require",
     .value = "PORT:MODE",
     .help = "the endpoint that decides the exit code, as 587:tls; a relay's own is the default",
     .completion = Completion::words,
     .words = endpoint_words},
    {.name = "--timeout", .value = "SECONDS", .help = "the most time for one combination (default 30)"},
    {.name = "--ehlo-name",
     .value = "NAME",
     .help = "the name to give in EHLO (default: this machine's, where it is a full one, else its address)"},
    {.name = "--verify-certificate",
     .value = "on|off",
     .help = "check the certificate (default on, or as the relay says)",
     .completion = Completion::words,
     .words = switch_words},
    {.name = "--ca-file",
     .value = "FILE",
     .help =
         "trust the CAs of this PEM file in place of the system's, for --mta-sts too; none = the system's, "
         "whatever the relay says. A relay's own is for its mail server alone: policies are on public web "
         "servers",
     .completion = Completion::file},
    {.name = "--fingerprint",
     .value = "SHA256",
     .help = "accept exactly the certificate with this SHA-256 fingerprint; none = any valid one",
     .completion = Completion::words,
     .words = none_words},
    {.name = "--dane",
     .help =
         "compare the certificate with TLSA records, of the endpoint that decides, of a host's every port; "
         "where none matches, exit 1. Not done without an endpoint with TLS, and for an address, which has "
         "no "
         "such records"},
    {.name = "--trust-ad",
     .help = "dane: believe the DNS server that DNSSEC validated (default: only a server on this machine)"},
    {.name = "--mta-sts",
     .value = "DOMAIN",
     .help = "fetch this domain's MTA-STS policy, and tell whether servers that keep to it deliver to the "
             "host, on "
             "port 25 with tls; exit 1 where they do not",
     .completion = Completion::domain},
    {.name = "--all-addresses",
     .help =
         "try each address of the host, at most 16, not the first that answers, and say what becomes of each "
         "way in; exit 1 where one address has none that works, or a relay's own does not work there"},
    {.name = "--tls-scan",
     .help = "list the TLS versions and ciphers that one endpoint accepts, the one that decides, or the next "
             "best where that has no TLS: up to 160 connections, two at a time, --timeout in all. Not done "
             "without an endpoint with TLS"},
    {.name = "--all", .help = "every enabled relay of the store"},
    {.name = "--matrix", .help = "with --all and -: every port with every security, not the endpoint alone"},
    {.name = "--concurrency",
     .value = "NUMBER",
     .help = "with --all and -: so many relays at a time (default 16)"},
    {.name = "--only-changes",
     .help = "print only what differs from the last result in the store: another verdict or reason"},
    {.name = "--repeat",
     .value = "NUMBER",
     .help =
         "the endpoint so many times (1 to 100), with minimum, median and maximum of each stage, of DNS the "
         "first time; a row is then a stage, with target, stage, count, min_ms, median_ms and max_ms, unless "
         "--columns names other columns alone"},
    {.name = "--monitor",
     .help = "one line and performance data for Nagios; exit 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN"},
};
constexpr unsigned most_repeated = 100;
constexpr auto options = with_login_options(own_options);
constexpr Argument arguments_taken[] = {
    {.name = "NAME|HOST", .minimum = 0, .maximum = unlimited, .completion = Completion::relay}};

using Dialogues = std::vector<app::DialogueRequest>;  // one a target, or none
using Reports = std::vector<std::optional<base::Result<app::ProbeReport>>>;

// What all targets of one run are probed with.
struct Work {
    app::ProbeServices services;
    const std::vector<app::ProbeTarget>& targets;
    const ProbeRequest& request;
    const Dialogues& dialogues;
    Reports& reports;
};

net::Task<void> probe_one(Work& work, std::size_t index) {
    auto target = work.targets[index];
    const auto& request = work.request;
    app::ProbeOptions probe_options{.endpoints = matrix_endpoints(request, target),
                                    .ehlo_name = request.ehlo_name,
                                    .timeout = request.timeout,
                                    .dane = request.dane,
                                    .tls_scan = request.tls_scan,
                                    .trust_ad = request.trust_ad,
                                    .all_addresses = request.all_addresses,
                                    .mta_sts = request.mta_sts,
                                    .policy_ca_file = request.policy_ca_file};
    auto& report = work.reports[index];
    report = co_await app::probe_relay(work.services, std::move(target), std::move(probe_options));
    if (work.dialogues.empty() || report->has_error()) co_return;
    auto done = co_await app::probe_login(work.services, **report, work.dialogues[index]);
    // An interruption is told once, by whoever runs the tasks.
    if (done.has_error() && done.error().kind != base::ErrorKind::interrupted)
        report = std::move(done).error();
}

net::Task<void> probe_in_turn(Work& work, std::vector<std::size_t> indices) {
    for (const auto index : indices) {
        const bool cancelled = co_await net::is_cancelled();
        if (cancelled) break;
        co_await probe_one(work, index);
    }
}

// Several targets with one host take their turns: it has connections enough from one matrix.
net::Task<void> probe_all(Work work) {
    constexpr std::size_t hosts_at_once = 4;
    std::map<std::string, std::vector<std::size_t>> by_host;
    for (std::size_t i = 0; i < work.targets.size(); ++i)
        by_host[work.targets[i].host.to_string()].push_back(i);
    std::vector<std::vector<std::size_t>> hosts;
    for (auto& [host, indices] : by_host)
        hosts.push_back(std::move(indices));
    std::function<net::Task<void>(std::size_t)> make = [&](std::size_t i) {
        return probe_in_turn(work, hosts[i]);
    };
    co_await net::for_each(hosts.size(), hosts_at_once, make);
}

// With a trace, the dialogue itself is what moves.
net::Task<void> waited_for(Context& context, const Arguments& arguments,
                           const std::vector<app::ProbeTarget>& targets, net::Task<void> work) {
    if (arguments.flag("--trace")) return work;
    const std::string what = targets.size() == 1 ? targets.front().host.to_string()
                                                 : fmt::format("{} relays and hosts", targets.size());
    return tell_while_waiting(context.console(), std::move(work), [what](std::chrono::seconds taken) {
        return fmt::format("probing {}, {} s", what, taken.count());
    });
}

// Rows are of the endpoints alone.
void tell_verdicts(Console& console, const Arguments& arguments,
                   const std::vector<app::ProbeReport>& reports) {
    for (const auto& report : reports)
        console.notice_block(named_verdict(report));
    std::vector<std::string> left_out;
    const auto any = [&](auto has) { return std::any_of(reports.begin(), reports.end(), has); };
    if (any([](const auto& report) { return report.tls_scan.has_value(); })) left_out.push_back("--tls-scan");
    if (any([](const auto& report) { return !report.dane.empty(); })) left_out.push_back("--dane");
    for (const std::string option : {"--mta-sts", "--sender", "--recipient", "--open-relay"})
        if (arguments.flag(option) || !arguments.values(option).empty()) left_out.push_back(option);
    if (!left_out.empty())
        console.notice(
            fmt::format("rows do not hold what {} found: -o json does", base::join(left_out, ", ")));
}

base::Result<void> print_reports(Context& context, const Arguments& arguments,
                                 const std::vector<app::ProbeReport>& reports) {
    const auto now = context.clock().now();
    TRY(const auto format, chosen_format(context, context.console(), arguments));
    if (format == Format::table && !arguments.value("--columns")) {
        bool first = true;
        for (const auto& report : reports) {
            if (!std::exchange(first, false)) context.console().print("\n");
            context.console().print(probe_text(report, now, context.console().terminal()));
        }
        return {};
    }
    Listing listing{.schema = "relayctl.probe/1", .columns = probe_columns(), .items = {}};
    const bool whole = wants_objects(format, arguments);
    for (const auto& report : reports) {
        if (whole)
            listing.items.push_back(probe_item(report, now));
        else
            for (auto& row : probe_rows(report, now))
                listing.items.push_back(std::move(row));
    }
    TRY_VOID(print_listing(context, arguments, listing));
    // What rows do not say, and JSON does.
    if (!wants_json(arguments) && format != Format::name)
        tell_verdicts(context.console(), arguments, reports);
    return {};
}

// An error about what the relay is set to, as a CA file that is gone, names it.
base::Error with_name(const app::ProbeTarget& target, const Arguments& arguments, base::Error error) {
    if (target.relay.empty() || target.ca_file.empty() || arguments.value("--ca-file")) return error;
    return std::move(error)
        .with_context("cannot probe " + target.relay)
        .with_hint(fmt::format("relayctl edit {} --ca-file FILE", target.relay));
}

// The dialogue is had with what works.
void tell_no_trace(Console& console, const Arguments& arguments, const app::ProbeReport& report) {
    const auto at = app::dialogue_endpoint(report);
    if (!arguments.flag("--trace") || !at || *at >= report.combinations.size()) return;
    const auto& cell = report.combinations[*at];
    if (cell.verdict == finding::Verdict::good) return;
    console.notice(fmt::format("no trace of {}: {} {} does not work: {}", report.target.host.to_string(),
                               cell.endpoint.port, relay::to_string(cell.endpoint.security), cell.reason));
}

base::Result<ExitCode> run_probe(Context& context, const Arguments& arguments) {
    if (arguments.flag("--monitor")) return probe_monitor(context, arguments);
    TRY(const auto request, read_probe_request(context, arguments));
    TRY(const bool many, asks_for_many(arguments));
    TRY(const auto times, read_count(arguments, "--repeat", most_repeated));
    if (const auto column = stage_column_asked_for(arguments); !times && !column.empty())
        return base::usage_error(fmt::format("the column {} is of --repeat", column));
    if ((many || times) && asks_for_dialogue(arguments))
        return base::usage_error(
            "a login or a dialogue is for relays that are named, not for --all, - and --repeat");
    if (many) return probe_many(context, arguments, request);
    if (times && (request.dane || request.tls_scan || request.all_addresses || request.mta_sts))
        return base::usage_error(
            "--repeat tries the endpoint alone, without --dane, --tls-scan, --all-addresses and --mta-sts");
    if (times) return probe_repeat(context, arguments, request, *times);
    ProbeRecord record;
    std::vector<app::ProbeTarget> targets;
    Dialogues dialogues;
    {
        TRY(const auto store, context.open_store(arguments));
        TRY(record, ProbeRecord::create(*store, arguments));
        for (const auto& word : arguments.positionals()) {
            TRY(auto target, read_probe_target(*store, word, arguments));
            require_endpoint(target, request);
            targets.push_back(std::move(target));
        }
        TRY(dialogues, read_dialogues(context, arguments, *store, request, targets));
    }
    TRY(const auto resolver, context.make_resolver(arguments));
    const auto dialer = context.make_dialer();
    Reports found(targets.size());
    const auto fetcher = request.mta_sts ? context.make_fetcher() : nullptr;
    const app::ProbeServices services{
        .resolver = *resolver, .dialer = *dialer, .clock = context.clock(), .fetcher = fetcher.get()};
    Work work{.services = services,
              .targets = targets,
              .request = request,
              .dialogues = dialogues,
              .reports = found};
    const auto ended = net::run_to_end(waited_for(context, arguments, targets, probe_all(work)));

    std::vector<app::ProbeReport> reports;
    WorstVerdict worst;
    for (std::size_t i = 0; i < found.size(); ++i) {
        auto& report = found[i];
        if (!report) continue;
        if (report->has_error()) return with_name(targets[i], arguments, std::move(*report).error());
        worst.add(report->value().verdict);
        tell_no_trace(context.console(), arguments, report->value());
        if (ended.has_value()) record.add(report->value(), context.clock().now());
        if (record.is_wanted(report->value())) reports.push_back(std::move(**report));
    }
    TRY_VOID(print_reports(context, arguments, reports));
    record.keep(context, arguments);
    if (ended.has_error()) return ended.error();
    if (reports.size() == 1 && reports.front().dialogue.refused) return ExitCode::refused;
    return worst.exit_code();
}

}  // namespace

const Command probe_command = {
    .path = "probe",
    .heading = "Checks",
    .summary = "try a server's ports with ssl, tls and none",
    .description =
        "All combinations are tried at once: DNS, TCP, greeting, EHLO, TLS, EHLO, AUTH mechanisms. What a "
        "server turns away because it takes few connections at a time is tried again, one at a time. No mail "
        "is sent, and no password without --login. --port and --security leave only what they say. The exit "
        "code is decided by the relay's configured endpoint, by the one of --require, or by the one that one "
        "--port and one --security leave: 0 it works, 1 it does not, 3 it could not be checked; where "
        "none of these is tried, as of a host, it is 0 when some way in with TLS works, or, with --security "
        "none alone, one in clear text. TLS, certificate, logins and times are "
        "told of the endpoint that decides; where there is none, of one that works with TLS, else of one "
        "where it came to a handshake: 587 tls before 465 ssl, 25 tls and others. Where the output is rows, "
        "the verdict "
        "goes to standard error, and each row of a probe has the ids of all its findings.\n\n"
        "With --all, or with - for names and hosts from standard input (one a line, # begins a comment), "
        "only the relay's own endpoint is tried, of a host 587 tls, 465 ssl and 25 tls, and each is told in "
        "one line as it is done. --port, --security and --matrix try what they say of each, and tell every "
        "way in. At most two connections at a time go to one host. The exit code is 1 when "
        "one does not work or a line names no relay and no host, else 3 when one could not be "
        "checked.\n\n"
        "With --login, --sender, --recipient, --open-relay or --trace the endpoint that decides is spoken to "
        "once more when it works, on a connection of its own; of a host --require says which it is, or one "
        "--port with one --security. A login is sent inside TLS only, on a certificate that verified or that "
        "the relay is set not to verify, unless --allow-cleartext-auth is given. Sender and recipients are "
        "asked for with MAIL and RCPT and taken back with RSET. --open-relay asks with addresses of reserved "
        "domains. The exit code of one target is 7 when the server refuses the login, the sender or a "
        "recipient for good.\n\n"
        "The last result of each relay is kept in the store, when that can be written; list and show tell "
        "it. Verdict, time and ids of findings are kept, nothing of what the server said. Nothing is kept of "
        "a "
        "probe that asks more or something else: with an option of endpoint (--port, --security, --require), "
        "certificate, --dane, --mta-sts, --all-addresses, --tls-scan, or of login and dialogue. "
        "--only-changes "
        "goes with none of these.\n\n"
        "With --monitor the relay's own endpoint is tried, or what --port and --security say, and one line "
        "printed, as plugins of Nagios do. A "
        "warning is a relay that works with a finding that is one, as a certificate that expires within 21 "
        "days; whatever else goes wrong, the arguments too, is UNKNOWN.",
    .examples = examples,
    .options = options,
    .arguments = arguments_taken,
    .groups = output_group | dns_group,
    .columns = probe_columns(),
    .run = run_probe,
};

}  // namespace cli
