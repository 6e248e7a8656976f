#include "app/predict.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "app/predict_fallback.hpp"
#include "app/predict_findings.hpp"
#include "app/relays.hpp"
#include "base/text.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/relay_option_table.hpp"
#include "cli/commands/relay_options.hpp"
#include "cli/commands/sender.hpp"
#include "cli/verdict.hpp"
#include "cli/views/predict_view.hpp"
#include "net/run.hpp"
#include "relay/route.hpp"

namespace cli {

namespace {

constexpr Example examples[] = {
    {"predict news --from news@example.com", "SPF, DKIM and DMARC at the receiver, and what to change"},
    {"predict news", "for each domain that the relay names"},
    {"predict news --from example.com --matrix", "every return path, with DKIM off and on"},
    {"predict news --from example.com --egress-ip 192.0.2.10", "the relay sends from this address"},
    {"predict --all --from example.com --mail-type mass",
     "each relay that can take this mail, the fallback relay too"},
};
constexpr Option options[] = {
    {.name = "--all", .help = "each relay that serves the sender, in the order they are tried"},
    sender_option,
    mail_type_option,
    {.name = "--egress-ip",
     .value = "ADDRESS",
     .help =
         "the relay sends from this address, repeatable (default: those stored with the relay, else its own)",
     .repeat = Repeat::yes,
     .commas = Commas::yes},
    {.name = "--helo",
     .value = "NAME",
     .help = "the name the relay gives in HELO, which counts for return path <>"},
    {.name = "--relay-alters-body",
     .help = "the relay changes messages (a footer, rewritten headers), which breaks their signatures"},
    {.name = "--matrix", .help = "all return paths, with DKIM off and on"},
};
constexpr Argument arguments_taken[] = {{.name = "NAME", .minimum = 0, .completion = Completion::relay}};

// A domain alone stands for some address there; without any, those domains that the relay names.
base::Result<std::vector<mail::Address>> read_senders(const Arguments& arguments, const relay::Relay& relay) {
    std::vector<mail::Address> senders;
    const auto text = arguments.value("--from");
    if (!text && !arguments.flag("--all"))
        for (const auto& pattern : relay.domains)
            if (pattern.name() && !pattern.is_below()) {
                TRY(auto sender, mail::Address::parse("postmaster@" + pattern.name()->ascii()));
                senders.push_back(std::move(sender));
            }
    if (!senders.empty()) return senders;
    TRY(const auto domain, read_sender_domain(arguments));
    const bool whole = text->find('@') != std::string::npos;
    TRY(auto sender, mail::Address::parse(whole ? *text : "postmaster@" + domain.ascii()));
    senders.push_back(std::move(sender));
    return senders;
}

base::Result<std::vector<relay::Relay>> read_relays(relay::Store& store, const Arguments& arguments) {
    std::vector<relay::Relay> relays;
    const auto& names = arguments.positionals();
    if (arguments.flag("--all") != names.empty())
        return base::usage_error(names.empty() ? "predict needs a relay" : "--all and a relay are given both",
                                 "relayctl predict NAME --from ADDRESS, or --all --from ADDRESS");
    if (!names.empty()) {
        TRY(const auto name, relay::parse_relay_name(names.front()));
        TRY(auto relay, app::find_relay(store, name));
        relays.push_back(std::move(relay));
        return relays;
    }
    TRY(const auto sender, read_sender_domain(arguments));
    TRY(const auto type, read_mail_type(arguments));
    TRY(const auto known, store.relays());
    for (const auto& candidate : relay::find_route(sender, type, known, {}, 1)) {
        if (candidate.step != relay::RouteStep::taken && candidate.step != relay::RouteStep::spare) continue;
        for (const auto& relay : known)
            if (relay.id == candidate.relay) relays.push_back(relay);
    }
    if (relays.empty())
        return base::Error{
            .kind = base::ErrorKind::not_found,
            .message = fmt::format("no relay takes {} mail from {}", relay::to_string(type), sender.ascii()),
            .hint = fmt::format("relayctl route --from {}", sender.ascii())};
    return relays;
}

base::Result<app::PredictRequest> read_request(Context& context, const Arguments& arguments,
                                               relay::Store& store, const relay::Relay& relay,
                                               mail::Address from) {
    TRY(auto request, app::make_predict_request(store, context.clock().now(), relay, std::move(from)));
    TRY(request.type, read_mail_type(arguments));
    const auto& served = relay.mail_types;
    if (!arguments.value("--mail-type") && !served.empty() && !served.contains(request.type))
        request.type = *served.begin();
    TRY(auto addresses, read_egress_ips(arguments));
    if (addresses) request.egress_ips = std::move(*addresses);
    if (const auto helo = arguments.value("--helo")) {
        auto name = base::DomainName::parse(*helo);
        if (name.has_error()) return std::move(name).error().with_context("--helo");
        request.helo = name->ascii();
    }
    if (arguments.flag("--relay-alters-body")) request.body = app::Body::altered;
    request.matrix = arguments.flag("--matrix");
    return request;
}

enum class Listed { one, all };  // which relays were asked for

// What is told of one relay beside its own row: with all of them asked for it shows by itself.
net::Task<void> predict_all(dns::Resolver& resolver, const std::vector<app::PredictRequest>& requests,
                            const std::vector<relay::Relay>& known, Listed listed,
                            std::vector<app::Forecast>& forecasts) {
    for (const auto& request : requests) {
        auto forecast = co_await app::predict(resolver, request);
        if (listed == Listed::one) {
            const auto elsewhere =
                app::route_finding(request.relay, request.from.domain(), request.type, known);
            if (elsewhere) forecast.findings.push_back(*elsewhere);
            auto behind = co_await app::check_fallbacks(resolver, forecast, known);
            std::move(behind.begin(), behind.end(), std::back_inserter(forecast.findings));
        }
        forecasts.push_back(std::move(forecast));
    }
}

base::Result<void> print_forecasts(Context& context, const Arguments& arguments,
                                   const std::vector<app::Forecast>& forecasts) {
    TRY(const auto format, chosen_format(context, context.console(), arguments));
    if (format == Format::table && !arguments.value("--columns")) {
        bool first = true;
        for (const auto& forecast : forecasts) {
            if (!std::exchange(first, false)) context.console().print("\n");
            context.console().print(predict_text(forecast, context.console().terminal()));
        }
        return {};
    }
    Listing listing{.schema = "relayctl.predict/1", .columns = predict_columns(), .items = {}};
    const bool whole = wants_objects(format, arguments);
    for (const auto& forecast : forecasts) {
        if (whole)
            listing.items.push_back(predict_item(forecast));
        else
            for (auto& row : predict_rows(forecast))
                listing.items.push_back(std::move(row));
    }
    return print_listing(context, arguments, listing);
}

base::Result<ExitCode> run_predict(Context& context, const Arguments& arguments) {
    TRY(const auto store, context.open_store(arguments));
    TRY(const auto relays, read_relays(*store, arguments));
    std::vector<app::PredictRequest> requests;
    for (const auto& relay : relays) {
        TRY(const auto senders, read_senders(arguments, relay));
        for (const auto& sender : senders) {
            TRY(auto request, read_request(context, arguments, *store, relay, sender));
            requests.push_back(std::move(request));
        }
    }
    TRY(const auto resolver, context.make_resolver(arguments));
    std::vector<app::Forecast> forecasts;
    TRY(const auto known, store->relays());
    const auto listed = arguments.flag("--all") ? Listed::all : Listed::one;
    const auto ended = net::run_to_end(predict_all(*resolver, requests, known, listed, forecasts));
    TRY_VOID(print_forecasts(context, arguments, forecasts));
    if (ended.has_error()) return ended.error();
    WorstVerdict worst;
    for (const auto& forecast : forecasts)
        worst.add(forecast.verdict());
    return worst.exit_code();
}

}  // namespace

const Command predict_command = {
    .path = "predict",
    .heading = "Checks",
    .summary = "tell whether mail through a relay authenticates, and why",
    .description =
        "SPF is evaluated for the domain of the return path and each address the mail leaves from, DKIM by "
        "the "
        "published key that the relay signs with, DMARC by the policy of the From domain and its alignment "
        "(RFC "
        "9989). Where DMARC would fail, the cheapest change that makes it pass is printed: a command, a "
        "record to "
        "publish, or both; an SPF record is whole, and linted and evaluated before it is shown. Without a "
        "DMARC "
        "policy the verdict is what it would be with one.\n"
        "Exit code 0: it passes; 1: it fails, or send refuses it because the relay's DKIM key may not sign; "
        "3: it could not be told; 2 and 4: the command line, no such relay. What a receiver thinks of the "
        "relay's "
        "address or of the message is another matter.\n"
        "return path managed: the platform's own bounce address (relayctl config set managed-return-path "
        "ADDRESS); rewritten: the relay puts an address of its operator in its place; <>: no address, "
        "receivers "
        "then check SPF for the HELO name.",
    .examples = examples,
    .options = options,
    .arguments = arguments_taken,
    .groups = output_group | dns_group,
    .columns = predict_columns(),
    .run = run_predict,
};

}  // namespace cli
