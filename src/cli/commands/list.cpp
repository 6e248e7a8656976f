#include "app/dkim_keys.hpp"
#include "app/relay_signing.hpp"
#include "app/reservation.hpp"
#include "cli/change_number.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/outcome.hpp"
#include "cli/narrow_listing.hpp"
#include "cli/views/last_probe_view.hpp"
#include "cli/views/relay_view.hpp"
#include "relay/store.hpp"

namespace cli {

namespace {

constexpr Example examples[] = {
    {"list", ""},
    {"list --columns name,host,return_path,dkim_selector", ""},
    {"list -q", "names only, one a line"},
    {"list -o json", ""},
    {"list --at 41", "the relays as they were after change 41 of the history"},
};
constexpr Option options[] = {past_option};
// What a narrow terminal has no room for; the description says it too.
constexpr std::string_view least_first[] = {"mail_types", "security", "port", "last_probe",
                                            "domains",    "today",    "host"};

base::Result<ExitCode> run_list(Context& context, const Arguments& arguments) {
    TRY(const auto store, open_store_then(context, arguments));
    TRY(const auto relays, store->relays());
    Listing listing{.schema = "relayctl.relay.list/1", .columns = relay_columns(), .items = {}};
    if (arguments.value(past_option.name)) {
        for (const auto& relay : relays)
            listing.items.push_back(relay_item(relay));
        TRY_VOID(print_narrowed(context, arguments, listing, least_first));
        return ExitCode::done;
    }
    TRY(const auto probes, store->last_probes());
    std::map<relay::RelayId, relay::LastProbe> last;
    for (const auto& probe : probes)
        last.emplace(probe.relay, probe);
    const auto now = context.clock().now();
    TRY(const auto zone, app::zone_of(*store));
    TRY(const auto days, store->relay_days(relay::day_of(now, zone)));
    std::map<relay::RelayId, relay::RelayDay> today;
    for (const auto& day : days)
        today.emplace(day.relay, day);
    TRY(const auto all_keys, app::list_dkim_keys(*store, std::nullopt, now));
    const app::KeysByDomain keys(all_keys);
    std::vector<base::Error> warnings;
    for (const auto& relay : relays) {
        const auto found = last.find(relay.id);
        auto item = relay_item(relay);
        const auto day = today.find(relay.id);
        set_today(item, relay, day == today.end() ? relay::RelayDay{} : day->second);
        item.set(
            "last_probe",
            last_probe_item(relay, found == last.end() ? std::nullopt : std::optional(found->second), now));
        const auto own = app::key_warnings(relay, keys.of(relay));
        set_key_warnings(item, own);
        warnings.insert(warnings.end(), own.begin(), own.end());
        listing.items.push_back(std::move(item));
    }
    TRY_VOID(print_narrowed(context, arguments, listing, least_first));
    if (!arguments.flag("--quiet"))
        tell_key_warnings(context.console(), warnings, "relayctl list --output=json");
    return ExitCode::done;
}

}  // namespace

const Command list_command = {
    .path = "list",
    .heading = "Relays",
    .summary = "list the relays",
    .description =
        "TODAY is what of the daily limit is used, and whether that is near it (80 % and more) or all. The "
        "state is enabled, disabled, or tripped: out of use "
        "for "
        "the rest of the day after failures in a row, with the cause; relayctl enable NAME takes that back. "
        "Warnings name the relays whose DKIM key does not sign, or will not for long: the first few, all "
        "with "
        "-o json. "
        "On a terminal too narrow for all the columns, however cut, these are left out, in this order and "
        "only as "
        "many as must be: TYPES, SECURITY, PORT, LAST, DOMAINS, TODAY, HOST; --columns names those that you "
        "want. "
        "With --at what was counted and observed, use, trips and probes, is left out.",
    .examples = examples,
    .options = options,
    .groups = output_group,
    .columns = relay_columns(),
    .run = run_list,
};

}  // namespace cli
