#include <fmt/format.h>

#include "app/history.hpp"
#include "base/text.hpp"
#include "cli/change_number.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/outcome.hpp"
#include "cli/commands/relay_options.hpp"
#include "cli/listing.hpp"
#include "cli/views/change_view.hpp"

namespace cli {

namespace {

constexpr Example examples[] = {
    {"undo", "take back the newest change"},
    {"undo 41", "take back this one; what was changed since in other fields stays"},
    {"undo 41 --dry-run", "say what that would change, field by field, and what it would lose"},
};
constexpr Argument arguments_taken[] = {
    {.name = "NUMBER", .minimum = 0, .completion = Completion::undoable_change}};

bool needs_yes(const app::Undone& undone) {
    return !undone.deleted_keys.empty();
}

base::Result<void> ask(Context& context, const Arguments& arguments, const app::Undone& meant) {
    if (!needs_yes(meant) || arguments.flag("--dry-run") || arguments.flag("--yes")) return {};
    TRY(const bool agreed, context.console().confirm(fmt::format(
                               "Undo {}? That deletes DKIM key {}, whose private key cannot be made again.",
                               meant.change.id, base::join(meant.deleted_keys, ", "))));
    if (agreed) return {};
    return base::Error{.kind = base::ErrorKind::confirmation, .message = "nothing was undone"};
}

void warn(Console& console, const app::Undone& undone) {
    for (const auto& name : undone.relays_without_password) {
        console.notice(fmt::format("warning: the password of relay {} was not kept: it cannot log in", name));
        console.notice(fmt::format("  hint: relayctl edit {} --password-stdin", name));
    }
    for (const auto& name : undone.pending_keys) {
        console.notice(fmt::format("warning: {} had ended: it is pending now, and signs nothing", name));
        console.notice(fmt::format("  hint: relayctl dkim activate {}   (if its record is published)", name));
    }
    for (const auto& name : undone.kept_passwords)
        console.notice(
            fmt::format("warning: relay {} keeps its password of today: the one before was not kept", name));
}

void tell_effect(Console& console, const app::Undone& undone) {
    console.notice(fmt::format("would undo {}: {}", undone.change.id, undone.change.origin.command));
    for (const auto& change : undone.effect)
        console.notice("  " + intention(change));
    for (const auto& secret : undone.lost)
        console.notice(fmt::format("  would lose the {} of {} {} for good",
                                   secret.thing == relay::Thing::relay ? "password" : "private key",
                                   relay::to_string(secret.thing), secret.name));
    if (needs_yes(undone)) console.notice("  would ask first: without a terminal it needs --yes");
}

base::Result<ExitCode> run_undo(Context& context, const Arguments& arguments) {
    std::optional<relay::ChangeId> id;
    if (!arguments.positionals().empty()) {
        TRY(id, parse_change_number(arguments.positionals().front()));
    }
    const auto dry_run = dry_run_of(arguments);
    TRY(const auto store, context.open_store_to_write(arguments));
    // What would be refused is refused before the question.
    TRY(const auto meant, app::undo(*store, context.clock(), id, app::DryRun::yes));
    TRY_VOID(ask(context, arguments, meant));
    TRY(const auto undone, app::undo(*store, context.clock(), meant.change.id, dry_run));
    warn(context.console(), undone);
    tell_counts_go_on(context.console(), undone.counts_until, dry_run);
    if (arguments.value("--output") || arguments.flag("--quiet")) {
        auto told = undone.change;
        told.things = undone.effect;
        told.lost = undone.lost;
        auto item = change_item(told);
        item.set("needs_yes", needs_yes(undone));
        item.set("pending_keys", output::Value::list(undone.pending_keys));
        item.set("undone_by", store->last_change());
        item.set("changed", true).set("dry_run", dry_run == app::DryRun::yes);
        TRY_VOID(print_listing(
            context, arguments,
            {.schema = "relayctl.undo/1", .columns = change_columns(), .items = {std::move(item)}}));
        return ExitCode::done;
    }
    if (dry_run == app::DryRun::yes)
        tell_effect(context.console(), undone);
    else
        context.console().notice(
            fmt::format("undid {}: {}{}", undone.change.id, undone.change.origin.command, undo_hint(*store)));
    return ExitCode::done;
}

}  // namespace

const Command undo_command = {
    .path = "undo",
    .heading = "Store",
    .summary = "take back a change of the store",
    .description =
        "Without a number the newest change that is not undone yet. All of the change is taken back or "
        "nothing. What was changed later in other fields stays. It is refused with exit code 5, naming the "
        "later change, when a field that it set was set again since; when the relay, domain, DKIM key or "
        "region was added or deleted since; and when it added or deleted what was changed since, in whatever "
        "field. A list, such as domains, is one field; so is a login: its user, its password, and where "
        "that comes from. An undo is itself a change that can be undone.\n"
        "Passwords and private keys that a change removed were not kept: a relay comes back without its "
        "password, which is said; a deleted DKIM key does not come back. A change of a password alone "
        "cannot be undone: undo then names the one before it. An undo that deletes a DKIM key, which the "
        "change had made, asks first; without a terminal it needs --yes. A DKIM key that is retired or "
        "revoked comes back as pending. --dry-run says what it would change, what it would lose for good, "
        "and whether it would ask.",
    .examples = examples,
    .arguments = arguments_taken,
    .groups = output_group | write_group | confirm_group,
    .run = run_undo,
};

}  // namespace cli
