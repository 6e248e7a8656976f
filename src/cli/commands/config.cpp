#include <fmt/format.h>

#include "app/settings.hpp"
#include "cli/change_number.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/outcome.hpp"
#include "cli/commands/relay_options.hpp"
#include "cli/listing.hpp"

namespace cli {

namespace {

using output::Value;

constexpr Example list_examples[] = {{"config list", "every setting, its value and what it is for"}};
constexpr Example get_examples[] = {{"config get managed-return-path", "the value alone"}};
constexpr Example set_examples[] = {
    {"config set managed-return-path bounce@platform.example", "what return path managed stands for"},
    {"config set time-zone -- -03:00", "a value that begins with - stands behind --"}};
constexpr Example unset_examples[] = {{"config unset managed-return-path", ""}};
constexpr Argument name_taken[] = {{.name = "NAME", .completion = Completion::setting}};
constexpr Argument set_name_taken[] = {{.name = "NAME", .completion = Completion::set_setting}};
constexpr Argument name_and_value[] = {{.name = "NAME", .completion = Completion::setting},
                                       {.name = "VALUE"}};

Value setting_item(const relay::Setting& setting, const std::optional<std::string>& value) {
    return Value::object({{"name", setting.name},
                          {"value", value},
                          {"default", setting.usual.empty() ? Value() : Value(setting.usual)},
                          {"summary", setting.summary}});
}

output::Cell value_cell(const Value& item) {
    output::Cell cell{.text = member_text(item, "value")};
    if (const auto usual = member_text(item, "default"); usual && !cell.text)
        cell.display = *usual + " (default)";
    return cell;
}

constexpr ColumnView columns[] = {
    {.key = "name", .title = "SETTING", .never_cut = true},
    {.key = "value", .title = "VALUE", .never_cut = true, .cell = value_cell},
    {.key = "summary", .title = "WHAT FOR", .spoken = true},
};

base::Result<ExitCode> run_list(Context& context, const Arguments& arguments) {
    TRY(const auto store, context.open_store(arguments));
    Listing listing{.schema = "relayctl.config.list/1", .columns = columns, .items = {}};
    for (const auto& setting : relay::all_settings()) {
        TRY(const auto value, app::find_setting_value(*store, setting.name));
        listing.items.push_back(setting_item(setting, value));
    }
    TRY_VOID(print_listing(context, arguments, listing));
    return ExitCode::done;
}

base::Result<ExitCode> run_get(Context& context, const Arguments& arguments) {
    TRY(const auto* setting, relay::find_setting(arguments.positionals().front()));
    TRY(const auto store, context.open_store(arguments));
    TRY(const auto stored, app::find_setting_value(*store, setting->name));
    if (!stored && setting->usual.empty())
        return base::Error{.kind = base::ErrorKind::not_found,
                           .message = fmt::format("{} is not set", setting->name),
                           .hint = fmt::format("relayctl config set {} {}", setting->name, setting->value)};
    const std::string value = stored ? *stored : std::string(setting->usual);
    if (arguments.value("--output") || arguments.value("--columns") || arguments.flag("--quiet")) {
        auto item = setting_item(*setting, value);
        item.set("set", stored.has_value());
        TRY_VOID(print_listing(
            context, arguments,
            {.schema = "relayctl.config.get/1", .columns = columns, .items = {std::move(item)}}));
        return ExitCode::done;
    }
    context.console().print(value + "\n");
    if (!stored) context.console().notice(fmt::format("{} is not set: this is the default", setting->name));
    return ExitCode::done;
}

base::Result<ExitCode> change(Context& context, const Arguments& arguments, std::string schema,
                              const relay::Setting& setting, const std::optional<std::string>& value) {
    TRY(const auto store, context.open_store_to_write(arguments));
    TRY(const auto done, app::change_setting(*store, context.clock(), setting, value, dry_run_of(arguments)));
    const bool changed = done.changed;
    const bool dry_run = arguments.flag("--dry-run");
    if (arguments.value("--output") || arguments.flag("--quiet")) {
        Value item = setting_item(setting, value);
        item.set("changed", changed);
        item.set("dry_run", dry_run);
        TRY_VOID(
            print_listing(context, arguments,
                          {.schema = std::move(schema), .columns = columns, .items = {std::move(item)}}));
    } else if (!changed) {
        context.console().notice(fmt::format("{} unchanged", setting.name));
    } else {
        context.console().notice(fmt::format("{}{} {}{}", dry_run ? "would " : "", value ? "set" : "unset",
                                             setting.name, value ? " to " + *value : undo_hint(*store)));
    }
    tell_counts_go_on(context.console(), done.counts_until, dry_run_of(arguments));
    return ExitCode::done;
}

base::Result<ExitCode> run_set(Context& context, const Arguments& arguments) {
    const auto& words = arguments.positionals();
    TRY(const auto* setting, relay::find_setting(words.front()));
    auto value = setting->parse(words.back());
    if (value.has_error()) return std::move(value).error().with_context(std::string(setting->name));
    return change(context, arguments, "relayctl.config.set/1", *setting, *value);
}

base::Result<ExitCode> run_unset(Context& context, const Arguments& arguments) {
    TRY(const auto* setting, relay::find_setting(arguments.positionals().front()));
    return change(context, arguments, "relayctl.config.unset/1", *setting, std::nullopt);
}

}  // namespace

const Command config_list_command = {
    .path = "config list",
    .heading = "Store",
    .summary = "list the settings of the store",
    .examples = list_examples,
    .groups = output_group,
    .columns = columns,
    .run = run_list,
};

const Command config_get_command = {
    .path = "config get",
    .heading = "Store",
    .summary = "print the value of a setting",
    .description = "The default where it is not set; the exit code is 4 when there is none either.",
    .examples = get_examples,
    .arguments = name_taken,
    .groups = output_group,
    .columns = columns,
    .run = run_get,
};

const Command config_set_command = {
    .path = "config set",
    .heading = "Store",
    .summary = "change a setting",
    .description =
        "config list tells every setting, and what it is for. managed-return-path is the platform's own "
        "bounce address, which the return path managed of a "
        "relay stands for; predict evaluates SPF for its domain.\n"
        "Where time-zone is set to another one, what is counted of the daily limits goes on counting until "
        "the day of the new zone ends, which is told.",
    .examples = set_examples,
    .arguments = name_and_value,
    .groups = output_group | write_group,
    .run = run_set,
};

const Command config_unset_command = {
    .path = "config unset",
    .heading = "Store",
    .summary = "forget the value of a setting",
    .examples = unset_examples,
    .arguments = set_name_taken,
    .groups = output_group | write_group,
    .run = run_unset,
};

}  // namespace cli
