#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/change_number.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/outcome.hpp"
#include "cli/commands/relay_options.hpp"

namespace cli {

namespace {

constexpr Example examples[] = {
    {"delete news", "one relay: no question"},
    {"delete news crm --yes", "several: both or neither"},
    {"delete news --if-exists", "succeeds also when there is none"},
};
constexpr Option options[] = {{.name = "--if-exists", .help = "a relay that is not there is no error"}};
constexpr Argument arguments_taken[] = {
    {.name = "NAME", .maximum = unlimited, .completion = Completion::relay}};

base::Result<ExitCode> run_delete(Context& context, const Arguments& arguments) {
    TRY(const auto names, read_names(context, arguments));
    const auto dry_run = dry_run_of(arguments);
    const auto missing = arguments.flag("--if-exists") ? app::Missing::ignore : app::Missing::refuse;
    TRY(const auto store, context.open_store_to_write(arguments));
    // What would be refused is refused before the question.
    TRY_VOID(app::delete_relays(*store, names, missing, app::DryRun::yes));
    if (names.size() > 1 && dry_run == app::DryRun::no && !arguments.flag("--yes")) {
        TRY(const bool agreed, context.console().confirm(fmt::format("Delete {} relays ({})?", names.size(),
                                                                     base::join(names, ", "))));
        if (!agreed)
            return base::Error{.kind = base::ErrorKind::confirmation, .message = "nothing was deleted"};
    }
    TRY(const auto outcomes, app::delete_relays(*store, names, missing, dry_run));
    TRY_VOID(tell_outcomes(context, arguments, "relayctl.relay.delete/1", outcomes, undo_hint(*store)));
    return ExitCode::done;
}

}  // namespace

const Command delete_command = {
    .path = "delete",
    .heading = "Relays",
    .summary = "delete relays",
    .description =
        "One relay is deleted without a question. Several are deleted all or none, after one; - reads names "
        "from standard input. DKIM "
        "keys and domains stay. relayctl undo brings a relay back, without its password: that was not kept.",
    .examples = examples,
    .options = options,
    .arguments = arguments_taken,
    .groups = output_group | write_group | confirm_group,
    .run = run_delete,
};

}  // namespace cli
