#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/change_number.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/relay_options.hpp"
#include "cli/listing.hpp"

namespace cli {

namespace {

constexpr Example add_examples[] = {{"domain add example.com", ""}};
constexpr Example list_examples[] = {{"domain list", ""}, {"domain list -q", "names only"}};
constexpr Example delete_examples[] = {{"domain delete example.com", ""}};
constexpr Option delete_options[] = {
    {.name = "--if-exists", .help = "a domain that is not there is no error"}};
constexpr Argument new_domain[] = {{.name = "DOMAIN"}};
constexpr Argument known_domain[] = {{.name = "DOMAIN", .completion = Completion::domain}};

constexpr ColumnView columns[] = {
    {.key = "name", .title = "DOMAIN", .never_cut = true},
    {.key = "relays", .title = "RELAYS"},
    {.key = "dkim_selectors", .title = "DKIM"},
    {.key = "created_at", .title = "CREATED", .shown = false},
};

output::Value domain_item(const relay::Domain& domain, const std::vector<relay::Relay>& relays,
                          const std::vector<relay::DkimKey>& keys) {
    output::Value names = output::Value::array(), selectors = output::Value::array();
    for (const auto& relay : relays)
        if (relay::has_domain(relay, domain.name)) names.push_back(relay.name);
    for (const auto& key : keys)
        if (key.domain == domain.name) selectors.push_back(key.selector);
    return output::Value::object({{"name", domain.name.ascii()},
                                  {"relays", std::move(names)},
                                  {"dkim_selectors", std::move(selectors)},
                                  {"created_at", base::to_rfc3339(domain.created_at)}});
}

base::Result<void> tell(Context& context, const Arguments& arguments, std::string schema,
                        const relay::Store& store, const base::DomainName& domain, std::string_view action) {
    const bool dry_run = arguments.flag("--dry-run"), changed = action != "unchanged";
    if (arguments.value("--output") || arguments.flag("--quiet"))
        return print_listing(context, arguments,
                             {.schema = std::move(schema),
                              .columns = columns,
                              .items = {output::Value::object({{"name", domain.ascii()},
                                                               {"action", action},
                                                               {"changed", changed},
                                                               {"dry_run", dry_run}})}});
    if (!changed)
        context.console().notice(fmt::format("{} unchanged", domain.ascii()));
    else if (dry_run)
        context.console().notice(
            fmt::format("would {} {}", action == "added" ? "add" : "delete", domain.ascii()));
    else
        context.console().notice(
            fmt::format("{} {}{}", action, domain.ascii(), action == "deleted" ? undo_hint(store) : ""));
    return {};
}

base::Result<ExitCode> run_add(Context& context, const Arguments& arguments) {
    TRY(const auto domain, base::DomainName::parse(arguments.positionals().front()));
    TRY(const auto store, context.open_store_to_write(arguments));
    TRY(const bool is_new, app::add_domain(*store, context.clock(), domain, dry_run_of(arguments)));
    TRY_VOID(
        tell(context, arguments, "relayctl.domain.add/1", *store, domain, is_new ? "added" : "unchanged"));
    return ExitCode::done;
}

base::Result<ExitCode> run_list(Context& context, const Arguments& arguments) {
    context.warn_without_store(arguments);
    TRY(const auto store, context.open_store(arguments));
    TRY(const auto domains, store->domains());
    TRY(const auto relays, store->relays());
    TRY(const auto keys, store->dkim_keys());
    Listing listing{.schema = "relayctl.domain.list/1", .columns = columns, .items = {}};
    for (const auto& domain : domains)
        listing.items.push_back(domain_item(domain, relays, keys));
    TRY_VOID(print_listing(context, arguments, listing));
    return ExitCode::done;
}

base::Result<ExitCode> run_delete(Context& context, const Arguments& arguments) {
    TRY(const auto domain, base::DomainName::parse(arguments.positionals().front()));
    TRY(const auto store, context.open_store_to_write(arguments));
    auto deleted = app::delete_domain(*store, domain, dry_run_of(arguments));
    const bool missing = deleted.has_error() && deleted.error().kind == base::ErrorKind::not_found;
    if (deleted.has_error() && !(missing && arguments.flag("--if-exists"))) return std::move(deleted).error();
    TRY_VOID(tell(context, arguments, "relayctl.domain.delete/1", *store, domain,
                  missing ? "unchanged" : "deleted"));
    return ExitCode::done;
}

}  // namespace

const Command domain_add_command = {
    .path = "domain add",
    .heading = "Relays",
    .summary = "make a sender domain known",
    .examples = add_examples,
    .arguments = new_domain,
    .groups = output_group | write_group,
    .run = run_add,
};

const Command domain_list_command = {
    .path = "domain list",
    .heading = "Relays",
    .summary = "list the sender domains",
    .examples = list_examples,
    .groups = output_group,
    .columns = columns,
    .run = run_list,
};

const Command domain_delete_command = {
    .path = "domain delete",
    .heading = "Relays",
    .summary = "forget a sender domain",
    .description = "Refused while a relay serves it or a DKIM key is kept for it.",
    .examples = delete_examples,
    .options = delete_options,
    .arguments = known_domain,
    .groups = output_group | write_group,
    .run = run_delete,
};

}  // namespace cli
