#include <algorithm>

#include "cli/change_number.hpp"
#include "cli/commands/commands.hpp"
#include "cli/count.hpp"
#include "cli/listing.hpp"
#include "cli/views/change_view.hpp"

namespace cli {

namespace {

constexpr Example examples[] = {
    {"history", "every change that is kept, the newest first"},
    {"history --limit 10", ""},
    {"history 41", "one change: on a terminal a field a line"},
};
constexpr Option options[] = {{.name = "--limit", .value = "N", .help = "only the newest N changes"}};
constexpr Argument arguments_taken[] = {{.name = "NUMBER", .minimum = 0, .completion = Completion::change}};

base::Result<ExitCode> run_history(Context& context, const Arguments& arguments) {
    TRY(const auto limit, read_count(arguments, "--limit", relay::most_changes));
    std::optional<relay::ChangeId> wanted;
    if (!arguments.positionals().empty()) {
        TRY(wanted, parse_change_number(arguments.positionals().front()));
        if (limit)
            return base::usage_error("--limit is for the list: it cannot be given with a number of a change");
    }
    context.warn_without_store(arguments);
    TRY(const auto store, context.open_store(arguments));
    TRY(const auto changes, store->changes());
    Listing listing{.schema = "relayctl.history/1", .columns = change_columns(), .items = {}};
    for (const auto& change : changes) {
        if (limit && listing.items.size() >= *limit) break;
        if (!wanted || change.id == *wanted) listing.items.push_back(change_item(change));
    }
    if (wanted && listing.items.empty())
        return base::Error{.kind = base::ErrorKind::not_found,
                           .message = "there is no change " + std::to_string(*wanted) + " in the history",
                           .hint = "relayctl history"};
    Console& console = context.console();
    TRY(const auto format, chosen_format(context, console, arguments));
    if (wanted && format == Format::table && !arguments.value("--columns")) {
        const auto one = std::find_if(changes.begin(), changes.end(),
                                      [&](const auto& change) { return change.id == *wanted; });
        console.print(output::render_table(change_table(*one), console.terminal(), output::Header::no));
        return ExitCode::done;
    }
    TRY_VOID(print_listing(context, arguments, listing));
    return ExitCode::done;
}

}  // namespace

const Command history_command = {
    .path = "history",
    .heading = "Store",
    .summary = "list the changes of the store",
    .description =
        "Every command that changed relays, domains, DKIM keys, settings or regions: when, who, the command, "
        "and what changed; in a table also which change it undid, and by which it was undone. The newest "
        "1000 "
        "changes are kept. undo takes one back; show, list and export tell "
        "with "
        "--at how it was after one. What is counted or observed (daily limits, the log, "
        "results of probes, when a DKIM record was seen) is no change. Secrets are not kept: of a password "
        "the "
        "history says that it changed.",
    .examples = examples,
    .options = options,
    .arguments = arguments_taken,
    .groups = output_group,
    .columns = change_columns(),
    .run = run_history,
};

}  // namespace cli
