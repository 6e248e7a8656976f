#include <fmt/format.h>

#include "app/dkim_keys.hpp"
#include "cli/commands/commands.hpp"
#include "cli/views/dkim_view.hpp"

namespace cli {

namespace {

constexpr std::string_view form_words[] = {"zone", "value", "strings", "parts", "name"};

constexpr Example examples[] = {
    {"dkim record s202611@example.com", "the TXT record as zone-file lines"},
    {"dkim record example.com --form value", "the newest key's record as one unquoted line"},
    {"dkim record example.com --form strings", "for Route 53 or Google Cloud DNS"},
};
constexpr Option options[] = {
    {.name = "--form",
     .value = "FORM",
     .help = "zone (default), value (one unquoted line), strings (quoted, one line), parts (numbered "
             "strings), name "
             "(the owner name)",
     .completion = Completion::words,
     .words = form_words},
    {.name = "--fqdn", .help = "with --form name: the absolute name"},
};
constexpr Argument arguments_taken[] = {{.name = "SELECTOR@DOMAIN", .completion = Completion::dkim_key}};

base::Result<ExitCode> run_record(Context& context, const Arguments& arguments) {
    TRY(const auto form, dkim::parse_record_form(arguments.value("--form").value_or("zone")));
    const bool absolute = arguments.flag("--fqdn");
    if (absolute && form != dkim::RecordForm::name) return base::usage_error("--fqdn goes with --form name");
    TRY(const auto store, context.open_store(arguments));
    TRY(const auto key, app::find_dkim_key(*store, arguments.positionals().front()));
    if (arguments.value("--output") || arguments.flag("--quiet") || arguments.value("--columns")) {
        TRY(const auto relays, store->relays());
        TRY_VOID(print_listing(context, arguments,
                               {.schema = "relayctl.dkim.record/1",
                                .columns = dkim_key_columns(),
                                .items = {dkim_key_item(key, context.clock().now(), relays)}}));
        return ExitCode::done;
    }
    context.console().print(
        app::dkim_record(key, form, absolute ? dkim::NameForm::absolute : dkim::NameForm::relative));
    if (context.console().output_is_terminal() && form != dkim::RecordForm::name)
        context.console().notice(fmt::format("{} octets in the DNS", app::dkim_record_octets(key)));
    return ExitCode::done;
}

}  // namespace

const Command dkim_record_command = {
    .path = "dkim record",
    .heading = "DKIM",
    .summary = "print the TXT record of a key",
    .description = "A domain alone means its newest key.",
    .examples = examples,
    .options = options,
    .arguments = arguments_taken,
    .groups = output_group,
    .columns = dkim_key_columns(),
    .run = run_record,
};

}  // namespace cli
