#include <fmt/format.h>

#include "app/dkim_rotation.hpp"
#include "base/text.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/relay_options.hpp"
#include "cli/views/dkim_view.hpp"
#include "dkim/record_forms.hpp"

namespace cli {

namespace {

constexpr Example examples[] = {
    {"dkim revoke s202511@example.com", "its signatures are to be refused from now on"},
    {"dkim revoke s202511@example.com --dry-run", "whose mail that would stop"},
};
constexpr Option options[] = {
    {.name = "--force", .help = "also the only active key of the domain, or one that a relay signs with"}};
constexpr Argument arguments_taken[] = {{.name = "SELECTOR@DOMAIN", .completion = Completion::dkim_key}};

void tell(Context& context, const app::Revocation& revocation, bool dry_run) {
    auto& console = context.console();
    const auto name = app::to_string(revocation.key);
    if (!revocation.relays.empty() && revocation.changed) {
        console.notice(
            fmt::format("warning: relays that sign with {}: {}", name, base::join(revocation.relays, ", ")));
        console.notice(fmt::format("  hint: relayctl dkim rotate {}", revocation.key.domain.ascii()));
    }
    if (dry_run) {
        console.notice(fmt::format("would revoke DKIM key {}", name));
        return;
    }
    console.notice(fmt::format("{} DKIM key {}; publish this record in place of its own:",
                               revocation.changed ? "revoked" : "already revoked:", name));
    console.print(app::dkim_record(revocation.key, dkim::RecordForm::zone));
    // Two records at one name would be of no use (RFC 6376 section 3.6.2.2).
    console.notice(
        fmt::format("  next: replace the old record, by hand or with relayctl dkim publish {0} "
                    "--tsig-key FILE; then relayctl dkim check {0} --all-ns",
                    name));
}

base::Result<ExitCode> run_revoke(Context& context, const Arguments& arguments) {
    const auto& text = arguments.positionals().front();
    const auto force = arguments.flag("--force") ? app::Force::yes : app::Force::no;
    const bool dry_run = arguments.flag("--dry-run");
    TRY(const auto store, context.open_store_to_write(arguments));
    TRY(const auto revocation, app::revoke_key(*store, context.clock(), text, force, dry_run_of(arguments)));
    if (!arguments.value("--output") && !arguments.flag("--quiet")) {
        tell(context, revocation, dry_run);
        return ExitCode::done;
    }
    auto item = dkim_key_item(revocation.key, context.clock().now());
    item.set("changed", revocation.changed).set("dry_run", dry_run);
    TRY_VOID(print_with_records(
        context, arguments,
        {.schema = "relayctl.dkim.revoke/1", .columns = dkim_key_columns(), .items = {std::move(item)}},
        dry_run ? std::vector<relay::DkimKey>() : std::vector{revocation.key}));
    return ExitCode::done;
}

}  // namespace

const Command dkim_revoke_command = {
    .path = "dkim revoke",
    .heading = "DKIM",
    .summary = "end a DKIM key for good, and print the record that says so",
    .description =
        "The key never signs again. Its record is to have an empty p= (RFC 6376 section 3.6.1), so that what "
        "was signed with it no longer verifies: for a private key that others may have. That record takes "
        "the place "
        "of the old one: two at one name are of no use. A key that was only replaced needs no revocation.",
    .examples = examples,
    .options = options,
    .arguments = arguments_taken,
    .groups = output_group | write_group,
    .run = run_revoke,
};

}  // namespace cli
