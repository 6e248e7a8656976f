#include "cli/commands/commands.hpp"
#include "cli/views/relay_view.hpp"
#include "relay/store.hpp"

namespace cli {

namespace {

constexpr Example examples[] = {
    {"list", ""},
    {"list --columns name,host,return_path,dkim_selector", ""},
    {"list -q", "names only, one a line"},
    {"list -o json", ""},
};

base::Result<ExitCode> run_list(Context& context, const Arguments& arguments) {
    TRY(const auto store, context.open_store(arguments));
    TRY(const auto relays, store->relays());
    Listing listing{.schema = "relayctl.relay.list/1", .columns = relay_columns(), .items = {}};
    for (const auto& relay : relays)
        listing.items.push_back(relay_item(relay));
    TRY_VOID(print_listing(context, arguments, listing));
    return ExitCode::done;
}

}  // namespace

const Command list_command = {
    .path = "list",
    .heading = "Relays",
    .summary = "list the relays",
    .examples = examples,
    .groups = output_group,
    .columns = relay_columns(),
    .run = run_list,
};

}  // namespace cli
