#include <fmt/format.h>

#include "app/dkim_rotation.hpp"
#include "base/text.hpp"
#include "cli/commands/activation.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/dkim_checks.hpp"
#include "cli/commands/relay_options.hpp"
#include "cli/verdict.hpp"
#include "cli/views/dkim_view.hpp"

namespace cli {

namespace {

constexpr Example examples[] = {
    {"dkim activate s202611@example.com", "sign with it from now on, if its record is published"},
    {"dkim activate s202611@example.com --all-ns --wait 30m", "as soon as every name server has it"},
};
constexpr Option options[] = {
    {.name = "--force", .help = "do not look whether the record is published"},
    {.name = "--keep-others",
     .help = "the domain's other active keys of the algorithm stay active, and relays keep to them"},
    all_ns_option,
    ns_option,
    wait_option,
};
constexpr Argument arguments_taken[] = {
    {.name = "SELECTOR@DOMAIN|DOMAIN", .completion = Completion::dkim_key}};

bool is_listed(const Arguments& arguments) {
    return arguments.value("--output") || arguments.flag("--quiet");
}

base::Result<ExitCode> finish(Context& context, const Arguments& arguments, const app::Activation& activation,
                              const std::vector<app::KeyCheck>& checks, ExitCode code) {
    if (!is_listed(arguments)) return code;
    TRY_VOID(print_listing(
        context, arguments,
        {.schema = "relayctl.dkim.activate/1",
         .columns = dkim_key_columns(),
         .items = {activation_item(context, arguments, activation, checks.empty() ? nullptr : &checks[0])}}));
    return code;
}

base::Result<ExitCode> run_activate(Context& context, const Arguments& arguments) {
    const auto keep = arguments.flag("--keep-others") ? relay::KeepOthers::yes : relay::KeepOthers::no;
    TRY(const auto options_read, read_key_check(arguments));
    TRY(const auto store, context.open_store_to_write(arguments));
    TRY(const auto named,
        app::find_only_dkim_key(*store, arguments.positionals().front(), context.clock().now()));
    const auto text = app::to_string(named);
    // What the rules refuse is refused before the DNS is asked.
    TRY(auto planned, app::activate_key(*store, context.clock(), text, keep, app::DryRun::yes));
    std::vector<app::KeyCheck> checks;
    if (planned.changed && !arguments.flag("--force")) {
        TRY(checks,
            look_for_keys(context, arguments, *store, {planned.key}, options_read, dry_run_of(arguments)));
        if (const auto verdict = checks[0].verdict(); verdict != finding::Verdict::good) {
            tell_key_check(context.console(), checks[0]);
            context.console().notice(fmt::format("{} was not activated", app::to_string(planned.key)));
            context.console().notice(
                fmt::format("  hint: publish what relayctl dkim record {0} prints, then relayctl dkim check "
                            "{0} --wait 30m",
                            app::to_string(planned.key)));
            TRY(planned.key, app::find_dkim_key(*store, text));
            const app::Activation refused{.key = std::move(planned.key)};
            WorstVerdict worst;
            worst.add(verdict);
            return finish(context, arguments, refused, checks, worst.exit_code());
        }
        tell_key_check(context.console(), checks[0]);
    }
    TRY(const auto activation, app::activate_key(*store, context.clock(), text, keep, dry_run_of(arguments)));
    tell_activation(context.console(), arguments, activation);
    return finish(context, arguments, activation, checks, ExitCode::done);
}

}  // namespace

const Command dkim_activate_command = {
    .path = "dkim activate",
    .heading = "DKIM",
    .summary = "sign with a DKIM key from now on",
    .description =
        "A domain alone means its only key. Refused unless the DNS has the key's record, so that no mail is "
        "signed by a key that receivers do "
        "not find. The active keys of the same domain and algorithm become retiring: after the setting "
        "dkim-grace they are retired, and sign no more. A relay that names one of them names the new key "
        "then, unless another of its domains has no active key under that selector: mail of this domain is "
        "signed with the new key all the same once the old one is retired.",
    .examples = examples,
    .options = options,
    .arguments = arguments_taken,
    .groups = output_group | write_group | dns_group,
    .run = run_activate,
};

}  // namespace cli
