#include <fmt/format.h>

#include "app/dkim_keys.hpp"
#include "app/relay_signing.hpp"
#include "app/reservation.hpp"
#include "cli/change_number.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/outcome.hpp"
#include "cli/commands/relay_options.hpp"
#include "cli/views/last_probe_view.hpp"
#include "cli/views/relay_view.hpp"

namespace cli {

namespace {

constexpr Example examples[] = {
    {"show news", "every field of a relay"},
    {"show news -o json", ""},
    {"show news --columns host,port -o tsv", ""},
    {"show news --at 41", "as it was after change 41 of the history"},
};
constexpr Option options[] = {past_option};
constexpr Argument arguments_taken[] = {{.name = "NAME", .completion = Completion::relay}};

base::Result<ExitCode> show_past(Context& context, const Arguments& arguments, relay::Store& store,
                                 const std::string& name, const std::string& number) {
    auto relay = app::find_relay(store, name);
    if (relay.has_error()) {
        auto error = std::move(relay).error().with_context("as of change " + number);
        error.hint = "relayctl history";
        return error;
    }
    TRY_VOID(print_item(
        context, arguments,
        {.schema = "relayctl.relay.show/1", .columns = relay_show_columns(), .items = {relay_item(*relay)}}));
    return ExitCode::done;
}

base::Result<ExitCode> run_show(Context& context, const Arguments& arguments) {
    TRY(const auto name, relay::parse_relay_name(arguments.positionals().front()));
    TRY(const auto store, open_store_then(context, arguments));
    if (const auto number = arguments.value(past_option.name))
        return show_past(context, arguments, *store, name, *number);
    TRY(const auto relay, app::find_relay(*store, name));
    TRY(const auto last, store->last_probe(relay.id));
    TRY(const auto zone, app::zone_of(*store));
    TRY(const auto days, store->relay_days(relay::day_of(context.clock().now(), zone)));
    auto item = relay_item(relay);
    set_today(item, relay, relay::day_of(relay, days));
    item.set("last_probe", last_probe_item(relay, last, context.clock().now()));
    TRY(const auto keys, app::list_dkim_keys(*store, std::nullopt, context.clock().now()));
    const auto warnings = app::key_warnings(relay, keys);
    set_key_warnings(item, warnings);
    TRY_VOID(print_item(
        context, arguments,
        {.schema = "relayctl.relay.show/1", .columns = relay_show_columns(), .items = {std::move(item)}}));
    if (!arguments.flag("--quiet"))
        tell_key_warnings(context.console(), warnings,
                          fmt::format("relayctl show {} --output=json", relay.name));
    return ExitCode::done;
}

}  // namespace

const Command show_command = {
    .path = "show",
    .heading = "Relays",
    .summary = "show every field of a relay",
    .description =
        "The password is never shown. With --at what was counted and observed, "
        "today's use and the last probe, is left out.",
    .examples = examples,
    .options = options,
    .arguments = arguments_taken,
    .groups = output_group,
    .columns = relay_show_columns(),
    .run = run_show,
};

}  // namespace cli
