#include <fmt/format.h>

#include "app/allowlist.hpp"
#include "base/text.hpp"
#include "cli/change_number.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/relay_options.hpp"
#include "cli/views/allowlist_view.hpp"

namespace cli {

namespace {

constexpr Example list_examples[] = {{"config region list", "each region and its sources"}};
constexpr Example set_examples[] = {
    {"config region set eu --spf _spf.eu.platform.example", "the networks that this SPF record lists"},
    {"config region set jp --spf _spf.jp.platform.example --network 192.0.2.0/24,2001:db8::/48", ""},
    {"config region set jp --network none", "leave the SPF names, forget the networks"}};
constexpr Example unset_examples[] = {{"config region unset eu", ""}};
constexpr std::string_view none_words[] = {"none"};
constexpr Option set_options[] = {
    {.name = "--spf",
     .value = "NAME",
     .help = "a name whose SPF record lists its networks, repeatable; none = no name",
     .completion = Completion::words,
     .words = none_words,
     .repeat = Repeat::yes,
     .commas = Commas::yes},
    {.name = "--network",
     .value = "CIDR",
     .help = "a network besides, like 192.0.2.0/24 or 2001:db8::/48, repeatable; none = no network",
     .completion = Completion::words,
     .words = none_words,
     .repeat = Repeat::yes,
     .commas = Commas::yes},
};
constexpr Argument name_taken[] = {{.name = "REGION", .completion = Completion::region}};

// The values of an option; "none" alone is none of them.
template <class T, class Parse>
base::Result<std::optional<std::set<T>>> read_set(const Arguments& arguments, std::string_view option,
                                                  Parse parse) {
    const auto& texts = arguments.values(option);
    std::optional<std::set<T>> values;
    if (texts.empty()) return values;
    values.emplace();
    if (texts.size() == 1 && texts.front() == "none") return values;
    for (const auto& text : texts)
        for (const auto piece : base::split(text, ',')) {
            if (base::trim(piece) == "none")
                return base::usage_error(fmt::format("{} none stands alone", option));
            auto value = parse(base::trim(piece));
            if (value.has_error()) return std::move(value).error().with_context(std::string(option));
            values->insert(std::move(*value));
        }
    return values;
}

base::Result<ExitCode> run_list(Context& context, const Arguments& arguments) {
    TRY(const auto store, context.open_store(arguments));
    TRY(const auto regions, store->regions());
    Listing listing{.schema = "relayctl.config.region.list/1", .columns = region_columns(), .items = {}};
    for (const auto& region : regions)
        listing.items.push_back(region_item(region));
    TRY_VOID(print_listing(context, arguments, listing));
    return ExitCode::done;
}

base::Result<void> tell(Context& context, const Arguments& arguments, std::string schema,
                        const std::string& name, std::string_view verb, bool changed,
                        const std::string& hint) {
    const bool dry_run = arguments.flag("--dry-run");
    if (arguments.value("--output") || arguments.flag("--quiet"))
        return print_listing(
            context, arguments,
            {.schema = std::move(schema),
             .columns = region_columns(),
             .items = {output::Value::object({{"name", name}, {"changed", changed}, {"dry_run", dry_run}})}});
    context.console().notice(changed
                                 ? fmt::format("{}{} region {}{}", dry_run ? "would " : "", verb, name, hint)
                                 : fmt::format("region {} unchanged", name));
    return {};
}

base::Result<ExitCode> run_set(Context& context, const Arguments& arguments) {
    TRY(const auto name, relay::parse_region_name(arguments.positionals().front()));
    app::RegionSettings settings;
    TRY(settings.spf, (read_set<std::string>(arguments, "--spf", relay::parse_spf_name)));
    TRY(settings.networks, (read_set<base::IpPrefix>(arguments, "--network", relay::parse_region_network)));
    TRY(const auto store, context.open_store_to_write(arguments));
    TRY(const bool changed, app::set_region(*store, name, settings, dry_run_of(arguments)));
    TRY_VOID(tell(context, arguments, "relayctl.config.region.set/1", name, "set", changed, ""));
    return ExitCode::done;
}

base::Result<ExitCode> run_unset(Context& context, const Arguments& arguments) {
    TRY(const auto name, relay::parse_region_name(arguments.positionals().front()));
    TRY(const auto store, context.open_store_to_write(arguments));
    TRY_VOID(app::delete_region(*store, name, dry_run_of(arguments)));
    TRY_VOID(
        tell(context, arguments, "relayctl.config.region.unset/1", name, "unset", true, undo_hint(*store)));
    return ExitCode::done;
}

}  // namespace

const Command config_region_list_command = {
    .path = "config region list",
    .heading = "Store",
    .summary = "list the regions that the platform's mail comes from",
    .examples = list_examples,
    .groups = output_group,
    .columns = region_columns(),
    .run = run_list,
};

const Command config_region_set_command = {
    .path = "config region set",
    .heading = "Store",
    .summary = "say where the mail of a region comes from",
    .description =
        "Names with SPF records, and networks that none of them lists, for allowlist. Each option replaces "
        "the "
        "whole list of its kind; what is not named stays. The usual regions are cn, eu, us, in, au and jp; "
        "any "
        "other label may stand.",
    .examples = set_examples,
    .options = set_options,
    .arguments = name_taken,
    .groups = output_group | write_group,
    .run = run_set,
};

const Command config_region_unset_command = {
    .path = "config region unset",
    .heading = "Store",
    .summary = "forget a region",
    .examples = unset_examples,
    .arguments = name_taken,
    .groups = output_group | write_group,
    .run = run_unset,
};

}  // namespace cli
