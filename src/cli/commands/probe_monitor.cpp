#include "cli/commands/probe_monitor.hpp"

#include <fmt/format.h>

#include "app/probe_many.hpp"
#include "cli/commands/probe_login.hpp"
#include "cli/commands/probe_record.hpp"
#include "cli/commands/probe_request.hpp"
#include "cli/views/monitor_line.hpp"
#include "net/run.hpp"

namespace cli {

namespace {

base::Result<void> check_arguments(const Arguments& arguments) {
    const auto& words = arguments.positionals();
    if (words.size() != 1 || words.front() == "-" || arguments.flag("--all"))
        return base::usage_error("--monitor is for one relay or host");
    for (const std::string_view option : {"--output", "--columns", "--repeat", "--concurrency"})
        if (arguments.value(option))
            return base::usage_error(fmt::format("--monitor and {} cannot be given together", option));
    for (const std::string_view option : {"--quiet", "--only-changes", "--matrix"})
        if (arguments.flag(option))
            return base::usage_error(fmt::format("--monitor and {} cannot be given together", option));
    if (arguments.flag("--tls-scan"))
        return base::usage_error("--tls-scan takes very many connections: it is not for --monitor");
    if (asks_for_dialogue(arguments)) return base::usage_error("--monitor tries no login and no dialogue");
    return {};
}

base::Result<app::ProbeReport> probe(Context& context, const Arguments& arguments) {
    TRY_VOID(check_arguments(arguments));
    TRY(const auto request, read_probe_request(context, arguments));
    TRY(const auto store, context.open_store(arguments));
    TRY(auto target, read_probe_target(*store, arguments.positionals().front(), arguments));
    require_endpoint(target, request);
    TRY(const auto resolver, context.make_resolver(arguments));
    const auto dialer = context.make_dialer();
    const auto fetcher = request.mta_sts ? context.make_fetcher() : nullptr;
    const app::ProbeServices services{
        .resolver = *resolver, .dialer = *dialer, .clock = context.clock(), .fetcher = fetcher.get()};
    auto options = probe_options(request, target);
    options.dane = request.dane;
    options.trust_ad = request.trust_ad;
    options.all_addresses = request.all_addresses;
    options.mta_sts = request.mta_sts;
    options.policy_ca_file = request.policy_ca_file;
    TRY(auto report, net::run(app::probe_relay(services, std::move(target), std::move(options))));
    ProbeRecord record;
    record.add(report, context.clock().now());
    record.keep(context, arguments);
    return report;
}

}  // namespace

base::Result<ExitCode> probe_monitor(Context& context, const Arguments& arguments) {
    TRY(const auto report, probe(context, arguments));
    context.console().print(monitor_line(report, context.clock().now()));
    return static_cast<ExitCode>(monitor_state(report));
}

}  // namespace cli
