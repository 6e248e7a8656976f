#include "cli/commands/commands.hpp"
#include "cli/commands/declaration_options.hpp"
#include "cli/declaration.hpp"
#include "cli/views/change_view.hpp"

namespace cli {

namespace {

constexpr Example examples[] = {
    {"diff -f store.toml", "what separates the store from the file"},
    {"diff -f store.toml -o tsv > d; [ $? -ne 1 ] || mail -s 'relays changed' postmaster < d",
     "from cron, which mails an error by itself"},
};
constexpr Option options[] = {declaration_file_option, declaration_syntax_option};

base::Result<ExitCode> run_diff(Context& context, const Arguments& arguments) {
    TRY(const auto declaration, read_declaration(context, arguments));
    TRY(const auto store, context.open_store(arguments));
    context.warn_without_store(arguments);
    TRY(const auto differences, app::find_differences(*store, declaration));
    auto pruned = app::check_apply(*store, declaration, differences, app::Prune::yes);
    const auto alone = app::check_apply(*store, declaration, differences, app::Prune::no);
    if (pruned.has_error() && alone.has_error()) return in_declaration(arguments, std::move(pruned).error());
    if (pruned.has_error())
        context.console().notice("warning: apply --prune would be refused: " + pruned.error().message);
    if (alone.has_error())
        context.console().notice("warning: apply without --prune would be refused: " + alone.error().message);
    Listing listing{.schema = "relayctl.diff/1", .columns = thing_change_columns(), .items = {}};
    for (const auto* changes : {&differences.changes, &differences.surplus})
        for (const auto& change : *changes) {
            auto item = thing_change_item(change);
            item.set("needs_prune", changes == &differences.surplus);
            listing.items.push_back(std::move(item));
        }
    const bool same = listing.items.empty();
    TRY(const auto format, chosen_format(context, context.console(), arguments));
    if (format == Format::table && !arguments.value("--columns")) {
        for (const auto* changes : {&differences.changes, &differences.surplus})
            context.console().print(changes_text(*changes, context.console().terminal()));
        return same ? ExitCode::done : ExitCode::no;
    }
    // Silence says that they are the same; JSON has its empty list.
    if (!same || wants_json(arguments)) TRY_VOID(print_listing(context, arguments, listing));
    return same ? ExitCode::done : ExitCode::no;
}

}  // namespace

const Command diff_command = {
    .path = "diff",
    .heading = "Store",
    .summary = "compare the store with a declaration",
    .description =
        "Tells what apply --prune would change: the exit code is 0 when store and file are the same, 1 when "
        "they "
        "differ, and above 1 when that could not be told, or when apply would refuse the file. Things that "
        "only "
        "the store has, in the parts that the file has, are told as deleted. Passwords are compared where "
        "the "
        "file brings them, and never shown.",
    .examples = examples,
    .options = options,
    .groups = output_group,
    .columns = thing_change_columns(),
    .run = run_diff,
};

}  // namespace cli
