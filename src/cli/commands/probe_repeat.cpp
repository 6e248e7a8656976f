#include "cli/commands/probe_repeat.hpp"

#include "app/repeat_probe.hpp"
#include "base/text.hpp"
#include "cli/commands/probe_record.hpp"
#include "cli/listing.hpp"
#include "cli/verdict.hpp"
#include "cli/views/probe_view.hpp"
#include "cli/views/times_view.hpp"
#include "net/run.hpp"

namespace cli {

namespace {

using Found = std::vector<app::RepeatedProbe>;

net::Task<base::Result<void>> probe_each(app::ProbeServices services, std::vector<app::ProbeTarget> targets,
                                         const ProbeRequest& request, std::size_t times, Found& found) {
    for (auto& target : targets) {
        auto options = probe_options(request, target);
        auto repeated = co_await app::repeat_probe(services, std::move(target), std::move(options), times);
        if (repeated.has_error()) co_return std::move(repeated).error();
        if (repeated->runs == 0) break;
        found.push_back(std::move(*repeated));
    }
    co_return base::Result<void>();
}

base::Result<void> print(Context& context, const Arguments& arguments, const Found& found) {
    const auto now = context.clock().now();
    Console& console = context.console();
    TRY(const auto format, chosen_format(context, console, arguments));
    if (format == Format::table && !arguments.value("--columns")) {
        bool first = true;
        for (const auto& repeated : found) {
            if (!std::exchange(first, false)) console.print("\n");
            console.print(probe_text(repeated.report, now, console.terminal()));
            console.print(times_text(repeated, console.terminal()));
        }
        return {};
    }
    const bool rows = format != Format::name && !wants_objects(format, arguments);
    const bool of_stages =
        rows && (!arguments.value("--columns") || !stage_column_asked_for(arguments).empty());
    const auto columns_of_stages = stage_columns();
    Listing listing{.schema = "relayctl.probe/1", .columns = probe_columns(), .items = {}};
    if (of_stages) listing.columns = columns_of_stages;
    for (const auto& repeated : found) {
        if (wants_objects(format, arguments)) {
            auto item = probe_item(repeated.report, now);
            item.set("repeat", repeat_item(repeated));
            listing.items.push_back(std::move(item));
        } else {
            for (auto& row : of_stages ? stage_rows(repeated, now) : probe_rows(repeated.report, now))
                listing.items.push_back(std::move(row));
        }
    }
    TRY_VOID(print_listing(context, arguments, listing));
    for (const auto& repeated : found)
        if (rows && !wants_json(arguments)) console.notice_block(named_verdict(repeated.report));
    return {};
}

}  // namespace

std::string stage_column_asked_for(const Arguments& arguments) {
    const auto asked_for = arguments.value("--columns").value_or("");
    for (const auto word : base::split(asked_for, ','))
        if (is_stage_column(base::trim(word))) return std::string(base::trim(word));
    return {};
}

base::Result<ExitCode> probe_repeat(Context& context, const Arguments& arguments, const ProbeRequest& request,
                                    std::size_t times) {
    std::vector<app::ProbeTarget> targets;
    ProbeRecord record;
    {
        TRY(const auto store, context.open_store(arguments));
        TRY(record, ProbeRecord::create(*store, arguments));
        for (const auto& word : arguments.positionals()) {
            TRY(auto target, read_probe_target(*store, word, arguments));
            require_endpoint(target, request);
            targets.push_back(std::move(target));
        }
    }
    TRY(const auto resolver, context.make_resolver(arguments));
    const auto dialer = context.make_dialer();
    const app::ProbeServices services{.resolver = *resolver, .dialer = *dialer, .clock = context.clock()};
    Found found;
    const auto ended = net::run(probe_each(services, std::move(targets), request, times, found));
    const bool interrupted = ended.has_error() && ended.error().kind == base::ErrorKind::interrupted;
    if (ended.has_error() && !interrupted) return ended.error();

    WorstVerdict worst;
    Found wanted;
    for (auto& repeated : found) {
        worst.add(repeated.report.verdict);
        record.add(repeated.report, context.clock().now());
        if (record.is_wanted(repeated.report)) wanted.push_back(std::move(repeated));
    }
    TRY_VOID(print(context, arguments, wanted));
    record.keep(context, arguments);
    if (interrupted) return ended.error();
    return worst.exit_code();
}

}  // namespace cli
