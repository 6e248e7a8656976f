#include "cli/commands/commands.hpp"
#include "cli/commands/relay_options.hpp"
#include "cli/views/last_probe_view.hpp"
#include "cli/views/relay_view.hpp"

namespace cli {

namespace {

constexpr Example examples[] = {
    {"show news", "every field of a relay"},
    {"show news -o json", ""},
    {"show news --columns host,port -o tsv", ""},
};
constexpr Argument arguments_taken[] = {{.name = "NAME", .completion = Completion::relay}};

base::Result<ExitCode> run_show(Context& context, const Arguments& arguments) {
    TRY(const auto name, relay::parse_relay_name(arguments.positionals().front()));
    TRY(const auto store, context.open_store(arguments));
    TRY(const auto relay, app::find_relay(*store, name));
    TRY(const auto last, store->last_probe(relay.id));
    auto item = relay_item(relay);
    item.set("last_probe", last_probe_item(relay, last, context.clock().now()));
    TRY_VOID(print_item(
        context, arguments,
        {.schema = "relayctl.relay.show/1", .columns = relay_show_columns(), .items = {std::move(item)}}));
    return ExitCode::done;
}

}  // namespace

const Command show_command = {
    .path = "show",
    .heading = "Relays",
    .summary = "show every field of a relay",
    .description = "The password is never shown.",
    .examples = examples,
    .arguments = arguments_taken,
    .groups = output_group,
    .columns = relay_show_columns(),
    .run = run_show,
};

}  // namespace cli
