#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/change_number.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/declaration_options.hpp"
#include "cli/commands/fallback_review.hpp"
#include "cli/commands/outcome.hpp"
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

// Several things, or a DKIM key, are not deleted without a word.
base::Result<void> ask(Context& context, const Arguments& arguments, const app::Applied& meant) {
    if (arguments.flag("--dry-run") || arguments.flag("--yes")) return {};
    std::size_t all = 0, keys = 0;
    std::vector<std::string> counts;
    for (const auto thing : relay::all_things) {
        const auto count = std::count_if(meant.changes.begin(), meant.changes.end(), [&](const auto& change) {
            return change.thing == thing && change.action == relay::ChangeAction::deleted;
        });
        if (count == 0) continue;
        const auto size = static_cast<std::size_t>(count);
        all += size;
        if (thing == relay::Thing::dkim_key) keys = size;
        counts.push_back(count_of(size, relay::to_string(thing)));
    }
    if (all < 2 && keys == 0) return {};
    const auto what = base::join(counts, ", ");
    TRY(const bool agreed,
        context.console().confirm(
            keys == 0   ? fmt::format("Delete {}?", what)
            : keys == 1 ? fmt::format("Delete {}? The private key cannot be made again.", what)
                        : fmt::format("Delete {}? The private keys cannot be made again.", what)));
    if (agreed) return {};
    return base::Error{.kind = base::ErrorKind::confirmation, .message = "nothing was changed"};
}

base::Result<ExitCode> run_apply(Context& context, const Arguments& arguments) {
    TRY(const auto declaration, read_declaration(context, arguments));
    const auto prune = arguments.flag("--prune") ? app::Prune::yes : app::Prune::no;
    const auto dry_run = dry_run_of(arguments);
    TRY(const auto store, context.open_store_to_write(arguments));
    // What would be refused is refused before the question, and the DNS is not asked in a transaction.
    auto done = app::apply(*store, context.clock(), declaration, prune, app::DryRun::yes);
    if (done.has_error()) return in_declaration(arguments, std::move(done).error());
    TRY_VOID(review_fallbacks(context, arguments, *store, *done));
    if (prune == app::Prune::yes) TRY_VOID(ask(context, arguments, *done));
    if (dry_run == app::DryRun::no) {
        done = app::apply(*store, context.clock(), declaration, prune, dry_run);
        if (done.has_error()) return in_declaration(arguments, std::move(done).error());
    }
    const auto& applied = *done;
    Console& console = context.console();
    for (const auto& warning : applied.warnings)
        console.notice("warning: " + warning);
    tell_counts_go_on(console, applied.counts_until, dry_run);
    const bool titles_alone = applied.changes.empty() && arguments.value("--output") == "table";
    if ((arguments.value("--output") || arguments.flag("--quiet")) && !titles_alone) {
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
        "Takes what export writes, and files written by hand, in JSON or TOML; a field that does not exist "
        "is an "
        "error. A relay in the file is the whole relay: what is left out is as add makes it, only host has "
        "to be "
        "there, and a port beside 25, 465 and 587 needs no --any-port. Parts that the file does not have "
        "(settings, domains, regions, dkim_keys, relays) are left alone; in those that it has, what it does "
        "not "
        "name stays too, or with --prune is deleted: more than one thing, or a DKIM key, only after a "
        "question on "
        "the terminal or with --yes. One transaction: all or nothing, and one change of the history. "
        "Passwords "
        "come from password_command, password_file or password; without them the store keeps its own. Files "
        "that "
        "it names are relative to its folder. A file with a password or a private key in it must be readable "
        "by "
        "its owner alone. The life of a DKIM key that the store has is left to dkim activate, rotate and "
        "revoke; "
        "a new one is active only where the file says since when (activated_at), else pending.\n"
        "A fallback through which mail would fail DMARC that passes now is refused, see add; "
        "allow_unaligned_fallback of a relay allows it.",
    .examples = examples,
    .options = options,
    .groups = output_group | write_group | confirm_group | dns_group,
    .columns = thing_change_columns(),
    .run = run_apply,
};

}  // namespace cli
