#include <fmt/format.h>
#include <unistd.h>

#include "app/probe_relay.hpp"
#include "app/relays.hpp"
#include "base/text.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/relay_option_table.hpp"
#include "cli/seconds.hpp"
#include "cli/verdict.hpp"
#include "cli/views/probe_view.hpp"
#include "net/run.hpp"
#include "smtp/session.hpp"

namespace cli {

namespace {

constexpr Example examples[] = {
    {"probe news", "a relay of the store: ports 25, 465, 587 with none, tls and ssl"},
    {"probe smtp.mailer.example", "any host"},
    {"probe smtp.mailer.example --require 587:tls -o json", "exit 0 only when this endpoint works"},
    {"probe 127.0.0.1 --port 2525 --any-port --security none", ""},
};
constexpr std::string_view endpoint_words[] = {"25:none", "25:tls", "465:ssl", "587:none", "587:tls"};

constexpr Option options[] = {
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
    {.name = "--verify-certificate",
     .value = "on|off",
     .help = "check the certificate (default on, or as the relay says)",
     .completion = Completion::words,
     .words = switch_words},
    {.name = "--ca-file",
     .value = "FILE",
     .help = "trust the CAs of this PEM file in place of the system's",
     .completion = Completion::file},
    {.name = "--fingerprint",
     .value = "SHA256",
     .help = "accept exactly the certificate with this SHA-256 fingerprint"},
};
constexpr Argument arguments_taken[] = {
    {.name = "NAME|HOST", .maximum = unlimited, .completion = Completion::relay}};

struct ProbeRequest {
    std::vector<std::uint16_t> ports;
    std::vector<relay::Security> securities;
    std::optional<app::ProbeEndpoint> required;
    app::Milliseconds timeout{30000};
    relay::AnyPort any_port = relay::AnyPort::no;
};

base::Result<app::ProbeEndpoint> parse_required(const std::string& text, relay::AnyPort any_port) {
    const auto pieces = base::split(text, ':');
    if (pieces.size() != 2)
        return base::usage_error("not a PORT:MODE: " + base::quoted(text), "give --require 587:tls");
    TRY(const auto port, relay::parse_port(pieces[0], any_port));
    TRY(const auto security, relay::parse_security(pieces[1]));
    return app::ProbeEndpoint{.port = port, .security = security};
}

base::Result<ProbeRequest> read_request(const Arguments& arguments) {
    ProbeRequest request;
    if (arguments.flag("--any-port")) request.any_port = relay::AnyPort::yes;
    for (const auto& text : arguments.values("--port")) {
        TRY(const auto port, relay::parse_port(text, request.any_port));
        request.ports.push_back(port);
    }
    for (const auto& text : arguments.values("--security")) {
        TRY(const auto security, relay::parse_security(text));
        request.securities.push_back(security);
    }
    if (const auto text = arguments.value("--require")) {
        TRY(request.required, parse_required(*text, request.any_port));
    }
    if (const auto text = arguments.value("--timeout")) {
        TRY(request.timeout, parse_seconds("--timeout", *text, std::chrono::seconds(3600)));
    }
    return request;
}

// What the options say of the certificate, over what the relay says.
base::Result<void> read_trust(const Arguments& arguments, app::ProbeTarget& target) {
    if (const auto text = arguments.value("--verify-certificate")) {
        if (*text != "on" && *text != "off")
            return base::usage_error("not a value of --verify-certificate: " + base::quoted(*text) +
                                     ": it is on or off");
        target.verification = *text == "off" ? relay::Verification::off : relay::Verification::on;
    }
    if (const auto text = arguments.value("--ca-file")) target.ca_file = *text;
    if (const auto text = arguments.value("--fingerprint")) {
        TRY(target.fingerprint, relay::parse_fingerprint(*text));
    }
    if (arguments.value("--fingerprint") && target.verification == relay::Verification::off)
        return base::usage_error(
            "a fingerprint is itself a verification: it cannot be switched off beside it");
    return {};
}

base::Result<app::ProbeTarget> read_host(const std::string& word) {
    auto host = relay::Host::parse(word);
    if (host.has_value()) return app::ProbeTarget{.host = std::move(*host)};
    const auto colon = word.rfind(':');
    if (colon != std::string::npos && base::parse_decimal(word.substr(colon + 1), 65535))
        return std::move(host).error().with_hint(fmt::format(
            "relayctl probe {} --port {}", base::printable(word.substr(0, colon)), word.substr(colon + 1)));
    return std::move(host).error();
}

// A word with a dot or colon that is no relay's name is a host; "localhost" is one too.
base::Result<app::ProbeTarget> find_target(relay::Store& store, const std::string& word) {
    if (relay::parse_relay_name(base::lower(word)).has_value()) {
        TRY(const auto relay, store.find_relay(word));
        if (relay) return app::probe_target(*relay);
        if (word.find('.') == std::string::npos && word != "localhost") {
            TRY(const auto missing, app::find_relay(store, word));
            return app::probe_target(missing);
        }
    }
    return read_host(word);
}

base::Result<app::ProbeTarget> read_target(relay::Store& store, const std::string& word,
                                           const Arguments& arguments) {
    TRY(auto target, find_target(store, word));
    TRY_VOID(read_trust(arguments, target));
    return target;
}

// The machine's name when it is a full one; empty leaves it to the address we speak from (RFC 5321
// section 4.1.4).
std::string own_ehlo_name() {
    char name[256] = {};
    if (gethostname(name, sizeof name - 1) != 0) return "";
    const auto full = smtp::ehlo_name(name, base::IpAddress());
    return full.starts_with('[') ? "" : full;
}

using Reports = std::vector<std::optional<base::Result<app::ProbeReport>>>;

net::Task<void> probe_one(app::ProbeServices services, app::ProbeTarget target,
                          app::ProbeOptions probe_options,
                          std::optional<base::Result<app::ProbeReport>>& report) {
    report = co_await app::probe_relay(services, std::move(target), std::move(probe_options));
}

net::Task<void> probe_all(app::ProbeServices services, const std::vector<app::ProbeTarget>& targets,
                          const ProbeRequest& request, Reports& reports) {
    constexpr std::size_t targets_at_once = 4;
    const auto ehlo_name = own_ehlo_name();
    std::function<net::Task<void>(std::size_t)> make = [&](std::size_t i) {
        auto target = targets[i];
        if (request.required) target.configured = request.required;
        app::ProbeOptions probe_options{
            .endpoints = app::probe_endpoints(request.ports, request.securities, target.configured),
            .ehlo_name = ehlo_name,
            .timeout = request.timeout};
        return probe_one(services, std::move(target), std::move(probe_options), reports[i]);
    };
    co_await net::for_each(targets.size(), targets_at_once, make);
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
    const bool json = format == Format::json || format == Format::jsonl;
    for (const auto& report : reports) {
        if (json)
            listing.items.push_back(probe_item(report, now));
        else
            for (auto& row : probe_rows(report, now))
                listing.items.push_back(std::move(row));
    }
    return print_listing(context, arguments, listing);
}

base::Result<ExitCode> run_probe(Context& context, const Arguments& arguments) {
    TRY(const auto request, read_request(arguments));
    std::vector<app::ProbeTarget> targets;
    {
        TRY(const auto store, context.open_store(arguments));
        for (const auto& word : arguments.positionals()) {
            TRY(auto target, read_target(*store, word, arguments));
            targets.push_back(std::move(target));
        }
    }
    TRY(const auto resolver, context.make_resolver(arguments));
    const auto dialer = context.make_dialer();
    Reports found(targets.size());
    const app::ProbeServices services{.resolver = *resolver, .dialer = *dialer, .clock = context.clock()};
    const auto ended = net::run_to_end(probe_all(services, targets, request, found));

    std::vector<app::ProbeReport> reports;
    WorstVerdict worst;
    for (auto& report : found) {
        if (!report) continue;
        if (report->has_error()) return std::move(*report).error();
        worst.add(report->value().verdict);
        reports.push_back(std::move(**report));
    }
    TRY_VOID(print_reports(context, arguments, reports));
    if (ended.has_error()) return ended.error();
    return worst.exit_code();
}

}  // namespace

const Command probe_command = {
    .path = "probe",
    .heading = "Checks",
    .summary = "try a server's ports with ssl, tls and none",
    .description =
        "All combinations are tried at once: DNS, TCP, greeting, EHLO, TLS, EHLO, AUTH mechanisms. No mail "
        "and no password is sent. The exit code is decided by the relay's configured endpoint or the one of "
        "--require: 0 it works, 1 it does not, 3 it could not be checked; for a host without one it is 0 "
        "when some way in with TLS works.",
    .examples = examples,
    .options = options,
    .arguments = arguments_taken,
    .groups = output_group | dns_group,
    .columns = probe_columns(),
    .run = run_probe,
};

}  // namespace cli
