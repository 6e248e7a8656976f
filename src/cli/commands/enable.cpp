#include "cli/commands/commands.hpp"
#include "cli/commands/outcome.hpp"
#include "cli/commands/relay_options.hpp"

namespace cli {

namespace {

constexpr Example enable_examples[] = {{"enable news", ""}, {"list -q | relayctl enable -", "all of them"}};
constexpr Example disable_examples[] = {{"disable news", "keep the record, take it out of routing at once"},
                                        {"disable news crm", "both or neither"}};
constexpr Argument disabled_names[] = {
    {.name = "NAME", .maximum = unlimited, .completion = Completion::disabled_relay}};
constexpr Argument enabled_names[] = {
    {.name = "NAME", .maximum = unlimited, .completion = Completion::enabled_relay}};

base::Result<ExitCode> set_enabled(Context& context, const Arguments& arguments, bool enabled) {
    TRY(const auto names, read_names(context, arguments));
    TRY(const auto store, context.open_store_to_write(arguments));
    TRY(const auto outcomes,
        app::set_enabled(*store, context.clock(), names, enabled, dry_run_of(arguments)));
    TRY_VOID(tell_outcomes(context, arguments,
                           enabled ? "relayctl.relay.enable/1" : "relayctl.relay.disable/1", outcomes));
    return ExitCode::done;
}

}  // namespace

const Command enable_command = {
    .path = "enable",
    .heading = "Relays",
    .summary = "take relays into routing",
    .description =
        "Several names are enabled all or none; - reads names from standard input. A relay that is tripped, "
        "or has "
        "said itself that its limit is reached, takes mail again.",
    .examples = enable_examples,
    .arguments = disabled_names,
    .groups = output_group | write_group,
    .run = [](Context& context, const Arguments& arguments) { return set_enabled(context, arguments, true); },
};

const Command disable_command = {
    .path = "disable",
    .heading = "Relays",
    .summary = "take relays out of routing, keep their records",
    .description = "Several names are disabled all or none; - reads names from standard input.",
    .examples = disable_examples,
    .arguments = enabled_names,
    .groups = output_group | write_group,
    .run = [](Context& context,
              const Arguments& arguments) { return set_enabled(context, arguments, false); },
};

}  // namespace cli
