#include <fmt/format.h>

#include "app/relays.hpp"
#include "app/reservation.hpp"
#include "cli/commands/commands.hpp"
#include "cli/listing.hpp"

namespace cli {

namespace {

using output::Cell;
using output::Style;
using output::Value;

constexpr Example examples[] = {
    {"quota", "what each relay has carried today"},
    {"quota news -o json", ""},
};
constexpr Argument arguments_taken[] = {{.name = "NAME", .minimum = 0, .completion = Completion::relay}};

Cell state_cell(const Value& item) {
    const auto state = member_text(item, "state").value_or("");
    if (state == "ok") return {.text = state, .style = Style::good};
    return {.text = state, .style = state == "near" ? Style::warn : Style::bad};
}

constexpr ColumnView columns[] = {
    {.key = "name", .title = "RELAY", .never_cut = true},
    {.key = "used", .title = "USED", .number = true},
    {.key = "daily_limit", .title = "LIMIT", .number = true},
    {.key = "left", .title = "LEFT", .number = true},
    {.key = "limit_unit", .title = "UNIT"},
    {.key = "state", .title = "STATE", .never_cut = true, .cell = state_cell},
    {.key = "resets_at", .title = "RESETS", .never_cut = true},
    {.key = "messages", .title = "MESSAGES", .shown = false, .number = true},
    {.key = "recipients", .title = "RECIPIENTS", .shown = false, .number = true},
    {.key = "tripped", .title = "TRIPPED", .shown = false, .spoken = true},
};

// ok, near (80 % and more), reached, tripped.
std::string_view state_of(const relay::Relay& relay, const relay::RelayDay& day) {
    if (!day.tripped.empty()) return "tripped";
    if (!relay::has_room(relay, day, 1)) return "reached";
    return relay::is_near_limit(relay, day) ? "near" : "ok";
}

Value quota_item(const relay::Relay& relay, const relay::RelayDay& day, base::Time resets) {
    const auto used = relay::used(relay, day);
    Value left;
    if (day.limit_told)
        left = 0;
    else if (relay.daily_limit)
        left = *relay.daily_limit > used ? *relay.daily_limit - used : 0;
    return Value::object({{"name", relay.name},
                          {"used", used},
                          {"daily_limit", relay.daily_limit},
                          {"left", std::move(left)},
                          {"limit_unit", relay::to_string(relay.limit_unit)},
                          {"state", state_of(relay, day)},
                          {"resets_at", base::to_rfc3339(resets)},
                          {"messages", day.messages},
                          {"recipients", day.recipients},
                          {"tripped", day.tripped.empty() ? Value() : Value(day.tripped)}});
}

base::Result<ExitCode> run_quota(Context& context, const Arguments& arguments) {
    context.warn_without_store(arguments);
    TRY(const auto store, context.open_store(arguments));
    std::vector<relay::Relay> relays;
    if (arguments.positionals().empty()) {
        TRY(relays, store->relays());
    } else {
        TRY(auto relay, app::find_relay(*store, arguments.positionals().front()));
        relays.push_back(std::move(relay));
    }
    TRY(const auto zone, app::zone_of(*store));
    const auto today = relay::day_of(context.clock().now(), zone);
    TRY(const auto days, store->relay_days(today));
    Listing listing{.schema = "relayctl.quota/1", .columns = columns, .items = {}};
    for (const auto& relay : relays)
        listing.items.push_back(quota_item(relay, relay::day_of(relay, days), relay::end_of(today, zone)));
    TRY_VOID(print_listing(context, arguments, listing));
    return ExitCode::done;
}

}  // namespace

const Command quota_command = {
    .path = "quota",
    .heading = "Mail",
    .summary = "tell how much of the daily limits is used",
    .description =
        "A message is counted before it is sent and given back when the server certainly has not taken it. "
        "The state is ok, near from 80 % on, reached (a server's word that the limit of its own day is "
        "reached "
        "counts too), or tripped after failures in a row. Days begin at midnight of the setting time-zone. "
        "The exit code is 0 whatever the state, and 4 when there is no such relay.",
    .examples = examples,
    .arguments = arguments_taken,
    .groups = output_group,
    .columns = columns,
    .run = run_quota,
};

}  // namespace cli
