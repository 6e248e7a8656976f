#include "cli/commands/commands.hpp"
#include "cli/commands/fallback_review.hpp"
#include "cli/commands/outcome.hpp"
#include "cli/commands/relay_option_table.hpp"
#include "cli/commands/relay_options.hpp"

namespace cli {

namespace {

constexpr Example examples[] = {
    {"edit news --security ssl --port 465", "change what is named, leave the rest"},
    {"edit news --daily-limit none --return-path from", ""},
    {"edit news --add-domain example.org --remove-domain example.com", ""},
    {"edit crm --user alice --password-command 'pass show relays/crm'", ""},
};

constexpr auto options =
    relay_options +
    std::array{
        Option{.name = "--add-domain",
               .value = "DOMAIN",
               .help = "serve this sender domain too, repeatable",
               .completion = Completion::domain,
               .repeat = Repeat::yes,
               .commas = Commas::yes},
        Option{.name = "--remove-domain",
               .value = "DOMAIN",
               .help = "serve this sender domain no more, repeatable",
               .completion = Completion::domain_of_relay,
               .repeat = Repeat::yes,
               .commas = Commas::yes},
        Option{.name = "--no-dkim", .help = "do not sign mail through this relay; the keys stay"},
        Option{.name = "--no-auth", .help = "do not log in; forgets user name and password"},
        Option{.name = "--no-fallback", .help = "this is not the fallback relay any more"},
        Option{
            .name = "--refuse-unaligned-fallback",
            .help = "take --allow-unaligned-fallback back: let no fallback take mail that then fails DMARC"},
    };
constexpr Argument arguments_taken[] = {{.name = "NAME", .completion = Completion::relay}};

base::Result<ExitCode> run_edit(Context& context, const Arguments& arguments) {
    TRY(const auto name, relay::parse_relay_name(arguments.positionals().front()));
    TRY(auto settings, read_settings(context, arguments, For::edit));
    TRY(const auto store, context.open_store_to_write(arguments));
    const auto edit = [&](const app::RelaySettings& wanted, app::DryRun dry_run,
                          const app::ReviewRelay& review) {
        return app::edit_relay(*store, context.clock(), name, wanted, dry_run, review);
    };
    TRY_VOID(ask_for_password(context, settings,
                              [&](const auto& trial) { return edit(trial, app::DryRun::yes, {}); }));
    TRY(auto outcome, edit(settings, dry_run_of(arguments), fallback_review(context, arguments, *store)));
    TRY_VOID(tell_outcomes(context, arguments, "relayctl.relay.edit/1", {std::move(outcome)}));
    return ExitCode::done;
}

}  // namespace

const Command edit_command = {
    .path = "edit",
    .heading = "Relays",
    .summary = "change a relay",
    .description =
        "Only what is named changes: another --security does not move the port. --domain and --type replace "
        "the whole list. What was set is taken back with the value none, where the option has it, with an "
        "empty "
        "--description, with --no-auth, --no-dkim or --no-fallback, or by naming the default. A fallback "
        "through which mail would fail DMARC that passes now is refused, see add.",
    .examples = examples,
    .options = options,
    .arguments = arguments_taken,
    .groups = output_group | write_group | dns_group,
    .run = run_edit,
};

}  // namespace cli
