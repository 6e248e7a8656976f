#include <fmt/format.h>

#include "app/dkim_keys.hpp"
#include "base/text.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/relay_options.hpp"
#include "cli/views/dkim_view.hpp"

namespace cli {

namespace {

constexpr Example examples[] = {
    {"dkim delete s202511@example.com", "asks first: a private key cannot be made again"}};
constexpr Option options[] = {{.name = "--force", .help = "also a key that signs, or is retiring"}};
constexpr Argument arguments_taken[] = {{.name = "SELECTOR@DOMAIN", .completion = Completion::dkim_key}};

base::Result<void> ask(Context& context, const Arguments& arguments, const relay::DkimKey& key) {
    if (arguments.flag("--dry-run") || arguments.flag("--yes")) return {};
    TRY(const bool agreed,
        context.console().confirm(
            fmt::format("Delete DKIM key {}? Its private key cannot be made again.", app::to_string(key))));
    if (agreed) return {};
    return base::Error{.kind = base::ErrorKind::confirmation, .message = "nothing was deleted"};
}

// The relays still name the selector, and nothing is left to sign their mail with.
void warn(Context& context, const app::DeletedKey& deleted) {
    if (deleted.relays.empty()) return;
    const auto key = app::to_string(deleted.key);
    context.console().notice(
        fmt::format("warning: relays that sign with {}: {}", key, base::join(deleted.relays, ", ")));
    context.console().notice(fmt::format("  hint: relayctl dkim rotate {}, or relayctl edit {} --no-dkim",
                                         deleted.key.domain.ascii(), deleted.relays.front()));
}

base::Result<ExitCode> run_delete(Context& context, const Arguments& arguments) {
    const auto& text = arguments.positionals().front();
    const auto dry_run = dry_run_of(arguments);
    TRY(const auto store, context.open_store_to_write(arguments));
    const auto force = arguments.flag("--force") ? app::Force::yes : app::Force::no;
    // What would be refused is refused before the question.
    TRY(const auto meant, app::delete_dkim_key(*store, context.clock(), text, force, app::DryRun::yes));
    TRY_VOID(ask(context, arguments, meant.key));
    TRY(const auto deleted, app::delete_dkim_key(*store, context.clock(), text, force, dry_run));
    warn(context, deleted);
    if (arguments.value("--output") || arguments.flag("--quiet")) {
        auto item = dkim_key_item(deleted.key, context.clock().now());
        item.set("action", "deleted").set("changed", true).set("dry_run", dry_run == app::DryRun::yes);
        TRY_VOID(print_listing(
            context, arguments,
            {.schema = "relayctl.dkim.delete/1", .columns = dkim_key_columns(), .items = {std::move(item)}}));
        return ExitCode::done;
    }
    const std::string_view verb = dry_run == app::DryRun::yes ? "would delete" : "deleted";
    context.console().notice(fmt::format("{} DKIM key {}", verb, app::to_string(deleted.key)));
    return ExitCode::done;
}

}  // namespace

const Command dkim_delete_command = {
    .path = "dkim delete",
    .heading = "DKIM",
    .summary = "delete a DKIM key",
    .description =
        "Refused without --force (exit code 5) while mail may need the key: a relay signs with it, it is "
        "active, or it is retiring and mail signed with it may still be on its way.",
    .examples = examples,
    .options = options,
    .arguments = arguments_taken,
    .groups = output_group | write_group | confirm_group,
    .run = run_delete,
};

}  // namespace cli
