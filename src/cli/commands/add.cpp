#include "cli/commands/commands.hpp"
#include "cli/commands/fallback_review.hpp"
#include "cli/commands/outcome.hpp"
#include "cli/commands/relay_option_table.hpp"
#include "cli/commands/relay_options.hpp"

namespace cli {

namespace {

constexpr Example examples[] = {
    {"add news --host smtp.mailer.example --domain example.com --type mass --daily-limit 5000",
     "mass mail of one domain, STARTTLS on port 587"},
    {"add crm --host email-smtp.example.net --security ssl --domain example.com --type workflow --dkim",
     "implicit TLS on port 465, with a new DKIM key"},
    {"add own --host mx.example.jp --port 25 --fallback", "the relay of last resort"},
    {"add bulk --host mx.example.net --domain example.com --type mass --daily-limit 5000 --fallback-to news",
     "past 5000 messages a day its mail goes through news"},
    {"add team --host 192.0.2.25 --domain example.com --type individual --user alice --password-file "
     "~/alice.pw",
     ""},
};

constexpr auto options =
    relay_options + std::array{
                        Option{.name = "--if-not-exists", .help = "leave a relay of this name as it is"},
                        Option{.name = "--replace", .help = "replace a relay of this name"},
                    };
constexpr Argument arguments_taken[] = {{.name = "NAME"}};

base::Result<ExitCode> run_add(Context& context, const Arguments& arguments) {
    TRY(const auto name, relay::parse_relay_name(arguments.positionals().front()));
    const bool replace = arguments.flag("--replace"), keep = arguments.flag("--if-not-exists");
    if (replace && keep) return base::usage_error("--replace and --if-not-exists cannot be given together");
    const auto existing = replace ? app::Existing::replace
                          : keep  ? app::Existing::keep
                                  : app::Existing::refuse;
    TRY(auto settings, read_settings(context, arguments, For::add));
    TRY(const auto store, context.open_store_to_write(arguments));
    const auto add = [&](const app::RelaySettings& wanted, app::DryRun dry_run,
                         const app::ReviewRelay& review) {
        return app::add_relay(*store, context.clock(), name, wanted, existing, dry_run, review);
    };
    TRY_VOID(ask_for_password(context, settings,
                              [&](const auto& trial) { return add(trial, app::DryRun::yes, {}); }));
    TRY(auto outcome, add(settings, dry_run_of(arguments), fallback_review(context, arguments, *store)));
    TRY_VOID(tell_outcomes(context, arguments, "relayctl.relay.add/1", {std::move(outcome)}));
    return ExitCode::done;
}

}  // namespace

const Command add_command = {
    .path = "add",
    .heading = "Relays",
    .summary = "add a relay",
    .description =
        "Adding the same content again changes nothing and succeeds; other content under the same name is "
        "refused, naming the fields that differ. With --dkim a key is made for each domain that has none and "
        "its TXT record is printed. Two relays of the same domain and mail type need different priorities, "
        "disabled "
        "relays too; a named domain goes before '*'.\n"
        "Mail goes to the relays of --fallback-to, and then to the fallback relay, when its own is past its "
        "limit or "
        "out of use. Where that is new, the DNS is asked as relayctl predict does: when mail from a domain "
        "that the "
        "first relay names passes DMARC there and fails through the fallback, the change is refused (exit "
        "code 5) "
        "unless --allow-unaligned-fallback is given, which is kept with the relay; send looks again each "
        "time.",
    .examples = examples,
    .options = options,
    .arguments = arguments_taken,
    .groups = output_group | write_group | dns_group,
    .run = run_add,
};

}  // namespace cli
