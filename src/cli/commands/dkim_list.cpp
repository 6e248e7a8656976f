#include <algorithm>

#include "app/dkim_keys.hpp"
#include "cli/commands/commands.hpp"
#include "cli/views/dkim_view.hpp"

namespace cli {

namespace {

constexpr Example examples[] = {{"dkim list", ""}, {"dkim list example.com --columns key,record_value", ""}};
constexpr Argument arguments_taken[] = {{.name = "DOMAIN", .minimum = 0, .completion = Completion::domain}};

base::Result<ExitCode> run_list(Context& context, const Arguments& arguments) {
    std::optional<base::DomainName> domain;
    if (!arguments.positionals().empty()) {
        TRY(domain, base::DomainName::parse(arguments.positionals().front()));
    }
    context.warn_without_store(arguments);
    TRY(const auto store, context.open_store(arguments));
    const auto now = context.clock().now();
    TRY(const auto keys, app::list_dkim_keys(*store, domain, now));
    if (domain && keys.empty()) return app::no_such_key(arguments.positionals().front(), *domain);
    TRY(const auto relays, store->relays());
    Listing listing{.schema = "relayctl.dkim.list/1", .columns = dkim_key_columns(), .items = {}};
    // They are sorted by domain.
    for (auto begin = keys.begin(); begin != keys.end();) {
        const auto end =
            std::find_if(begin, keys.end(), [&](const auto& key) { return key.domain != begin->domain; });
        const std::vector of_domain(begin, end);
        for (const auto& key : of_domain)
            listing.items.push_back(dkim_key_item(key, now, app::relays_of(key, of_domain, relays)));
        begin = end;
    }
    TRY_VOID(print_listing(context, arguments, listing));
    return ExitCode::done;
}

}  // namespace

const Command dkim_list_command = {
    .path = "dkim list",
    .heading = "DKIM",
    .summary = "list the DKIM keys",
    .examples = examples,
    .arguments = arguments_taken,
    .groups = output_group,
    .columns = dkim_key_columns(),
    .run = run_list,
};

}  // namespace cli
