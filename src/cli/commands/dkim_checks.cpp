#include "cli/commands/dkim_checks.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/dkim_keys.hpp"
#include "cli/seconds.hpp"
#include "cli/views/probe_summary.hpp"
#include "cli/waiting_line.hpp"
#include "net/run.hpp"

namespace cli {

namespace {

constexpr auto longest_wait = std::chrono::hours(24 * 7);

std::string waiting_text(const std::vector<app::KeyCheck>& checks, std::chrono::seconds taken) {
    std::size_t good = 0, asked = 0;
    std::string missing;
    for (const auto& check : checks) {
        good += check.good_answers();
        asked += check.answers.size();
        if (missing.empty() && check.verdict() != finding::Verdict::good) missing = app::to_string(check.key);
    }
    return fmt::format("waiting for the record of {}: {} of {} servers have it, {}", missing, good, asked,
                       base::rounded_span(taken));
}

}  // namespace

base::Result<std::vector<net::Endpoint>> read_name_servers(const Arguments& arguments) {
    std::vector<net::Endpoint> servers;
    for (const auto& text : arguments.values("--ns")) {
        auto server = dns::parse_server(text);
        if (server.has_error()) return std::move(server).error().with_context("--ns");
        servers.push_back(*server);
    }
    return servers;
}

base::Result<app::KeyCheckOptions> read_key_check(const Arguments& arguments) {
    app::KeyCheckOptions options{.all_name_servers = arguments.flag("--all-ns")};
    TRY(options.servers, read_name_servers(arguments));
    if (options.all_name_servers && !options.servers.empty())
        return base::usage_error("--ns names the servers to ask, --all-ns asks the zone's: give one of them");
    return options;
}

base::Result<std::vector<app::KeyCheck>> look_for_keys(Context& context, const Arguments& arguments,
                                                       relay::Store& store, std::vector<relay::DkimKey> keys,
                                                       app::KeyCheckOptions options, app::DryRun dry_run) {
    std::chrono::seconds wait{0};
    if (const auto text = arguments.value("--wait")) {
        TRY(wait, parse_span("--wait", *text, longest_wait));
    }
    TRY(const auto resolver_options, context.resolver_options(arguments));
    const app::ResolverMaker maker = [&](std::vector<net::Endpoint> servers) {
        auto own = resolver_options;
        if (!servers.empty()) own.servers = std::move(servers);
        return context.make_resolver(std::move(own));
    };
    std::vector<app::KeyCheck> checks;
    const app::KeyWait limit{.until = std::chrono::steady_clock::now() + wait};
    auto work = app::check_keys(maker, std::move(keys), std::move(options), limit, checks);
    TRY_VOID(net::run_to_end(
        tell_while_waiting(context.console(), std::move(work),
                           [&](std::chrono::seconds taken) { return waiting_text(checks, taken); })));
    if (dry_run == app::DryRun::no) TRY_VOID(app::note_seen(store, context.clock(), checks));
    return checks;
}

output::Value key_check_item(const app::KeyCheck& check) {
    output::Value answers = output::Value::array();
    for (const auto& answer : check.answers)
        answers.push_back(
            output::Value::object({{"server", answer.server},
                                   {"verdict", finding::to_string(answer.verdict)},
                                   {"reason", answer.reason.empty() ? output::Value() : answer.reason},
                                   {"warning", answer.warning.empty() ? output::Value() : answer.warning}}));
    return output::Value::object(
        {{"verdict", finding::to_string(check.verdict())}, {"answers", std::move(answers)}});
}

void tell_key_check(Console& console, const app::KeyCheck& check) {
    for (const auto& answer : check.answers)
        if (answer.verdict != finding::Verdict::good)
            console.notice(fmt::format("{} {} at {}: {}", verdict_word(answer.verdict),
                                       app::to_string(check.key), answer.server, answer.reason));
    const auto warned = std::find_if(check.answers.begin(), check.answers.end(),
                                     [](const auto& answer) { return !answer.warning.empty(); });
    if (warned != check.answers.end())
        console.notice(
            fmt::format("warning: {} at {}: {}", app::to_string(check.key), warned->server, warned->warning));
}

}  // namespace cli
