#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/change_number.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/declaration_options.hpp"
#include "cli/commands/relay_options.hpp"
#include "cli/declaration.hpp"
#include "cli/views/change_view.hpp"

namespace cli {

namespace {

constexpr Example examples[] = {
    {"apply -f store.toml --dry-run", "what would change"},
    {"apply -f store.toml", "all of it or nothing"},
    {"apply -f - --prune --yes < store.json", "and delete what the file does not name"},
};
constexpr Option options[] = {
    declaration_file_option,
    declaration_syntax_option,
    {.name = "--prune", .help = "delete what the parts of the file do not name"},
};

std::string count_of(std::size_t count, std::string_view thing) {
    return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

// Several relays, or a DKIM key, are not deleted without a word.
base::Result<void> ask(Context& context, const Arguments& arguments, const app::Applied& meant) {
    if (arguments.flag("--dry-run") || arguments.flag("--yes")) return {};
    std::size_t relays = 0, keys = 0;
    for (const auto& change : meant.changes) {
        if (change.action != relay::ChangeAction::deleted) continue;
        relays += change.thing == relay::Thing::relay ? 1 : 0;
        keys += change.thing == relay::Thing::dkim_key ? 1 : 0;
    }
    if (relays < 2 && keys == 0) return {};
    const auto question = keys == 0 ? fmt::format("Delete {}?", count_of(relays, "relay"))
                                    : fmt::format("Delete {} and {}, whose private {} cannot be made again?",
                                                  count_of(relays, "relay"), count_of(keys, "DKIM key"),
                                                  keys == 1 ? "key" : "keys");
    TRY(const bool agreed, context.console().confirm(question));
    if (agreed) return {};
    return base::Error{.kind = base::ErrorKind::confirmation, .message = "nothing was changed"};
}

base::Result<ExitCode> run_apply(Context& context, const Arguments& arguments) {
    TRY(const auto declaration, read_declaration(context, arguments));
    const auto prune = arguments.flag("--prune") ? app::Prune::yes : app::Prune::no;
    const auto dry_run = dry_run_of(arguments);
    TRY(const auto store, context.open_store_to_write(arguments));
    // What would be refused is refused before the question.
    if (prune == app::Prune::yes && dry_run == app::DryRun::no) {
        TRY(const auto meant, app::apply(*store, context.clock(), declaration, prune, app::DryRun::yes));
        TRY_VOID(ask(context, arguments, meant));
    }
    TRY(const auto applied, app::apply(*store, context.clock(), declaration, prune, dry_run));
    Console& console = context.console();
    for (const auto& warning : applied.warnings)
        console.notice("warning: " + warning);
    if (arguments.value("--output") || arguments.flag("--quiet")) {
        Listing listing{.schema = "relayctl.apply/1", .columns = thing_change_columns(), .items = {}};
        for (const auto& change : applied.changes) {
            auto item = thing_change_item(change);
            item.set("dry_run", dry_run == app::DryRun::yes);
            listing.items.push_back(std::move(item));
        }
        TRY_VOID(print_listing(context, arguments, listing));
        return ExitCode::done;
    }
    for (const auto& change : applied.changes)
        console.notice(dry_run == app::DryRun::yes ? intention(change) : relay::to_string(change));
    if (applied.changes.empty())
        console.notice("unchanged");
    else if (dry_run == app::DryRun::no)
        console.notice(fmt::format("{}{}", count_of(applied.changes.size(), "change"), undo_hint(*store)));
    return ExitCode::done;
}

}  // namespace

const Command apply_command = {
    .path = "apply",
    .heading = "Store",
    .summary = "make the store what a declaration says",
    .description =
        "Takes what export writes, and files written by hand, in JSON or TOML; everything is optional, and a "
        "field "
        "that does not exist is an error. A relay in the file is the whole relay: what is left out is as add "
        "makes "
        "it. Parts that the file does not have (settings, domains, regions, dkim_keys, relays) are left "
        "alone; in "
        "those that it has, what it does not name stays too, or with --prune is deleted. One transaction: "
        "all or "
        "nothing, and one change of the history. Passwords come from password_command, password_file or "
        "password; "
        "without them the store keeps its own. The life of a DKIM key that the store has is left to dkim "
        "activate, "
        "rotate and revoke.",
    .examples = examples,
    .options = options,
    .groups = output_group | write_group | confirm_group,
    .columns = thing_change_columns(),
    .run = run_apply,
};

}  // namespace cli
