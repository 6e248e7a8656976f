#include "relay/route.hpp"

#include <unordered_map>

#include <fmt/format.h>

#include "app/dkim_keys.hpp"
#include "app/relay_signing.hpp"
#include "app/reservation.hpp"
#include "base/text.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/outcome.hpp"
#include "cli/commands/relay_option_table.hpp"
#include "cli/commands/sender.hpp"
#include "cli/views/route_view.hpp"
#include "relay/store.hpp"

namespace cli {

namespace {

constexpr Example examples[] = {
    {"route --from news@example.com --mail-type mass", "every relay, in order, and why it is passed over"},
    {"route --from example.com -q", "the name of the relay that is taken, for a script"},
};
constexpr Option options[] = {
    sender_option,
    mail_type_option,
};

using RelaysById = std::unordered_map<relay::RelayId, const relay::Relay*>;

RelaysById by_id(const std::vector<relay::Relay>& relays) {
    RelaysById found;
    for (const auto& relay : relays)
        found.emplace(relay.id, &relay);
    return found;
}

ExitCode tell_of_stop(Console& console, const app::LimitStop& stop, const RelaysById& relays) {
    const auto& name = relays.at(stop.relay)->name;
    console.notice(fmt::format("the daily limit of {} is reached, and its --over says {}", name,
                               relay::to_string(stop.over)));
    console.notice("  hint: relayctl quota " + name);
    return ExitCode::no;
}

// What send refuses although the relay is taken.
base::Result<void> warn_of_key(Context& context, relay::Store& store, const relay::Relay& relay,
                               const base::DomainName& sender) {
    if (!relay.dkim_selector) return {};
    TRY(const auto keys, app::list_dkim_keys(store, std::nullopt, context.clock().now()));
    if (const auto refusal = app::signing_refusal(relay, sender, keys))
        tell_key_warnings(context.console(), {*refusal}, "");
    return {};
}

base::Result<ExitCode> run_route(Context& context, const Arguments& arguments) {
    TRY(const auto sender, read_sender_domain(arguments));
    TRY(const auto type, read_mail_type(arguments));
    TRY(const auto store, context.open_store(arguments));
    TRY(const auto zone, app::zone_of(*store));
    const auto day = relay::day_of(context.clock().now(), zone);
    TRY(const auto days, store->relay_days(day));
    app::ReservationWish wish{.sender_domain = sender};
    wish.type = type;
    wish.recipients = 1;
    TRY(const auto choice, app::preview(*store, context.clock(), wish));
    const auto& route = choice.route;
    const auto relays = by_id(choice.relays);
    const auto* taken = relay::taken(route);
    TRY(const auto format, chosen_format(context, context.console(), arguments));

    Listing listing{.schema = "relayctl.route/1", .columns = route_columns(), .items = {}};
    const auto item = [&](const relay::Candidate& candidate) {
        const auto& relay = *relays.at(candidate.relay);
        const auto before =
            candidate.stands_in_for ? relays.at(*candidate.stands_in_for)->name : std::string();
        return route_item(candidate, relay, relay::day_of(relay, days), type, before);
    };
    for (const auto& candidate : route)
        if (format != Format::name || &candidate == taken) listing.items.push_back(item(candidate));
    TRY_VOID(print_listing(context, arguments, listing));
    if (taken != nullptr) {
        if (format != Format::name) TRY_VOID(warn_of_key(context, *store, *relays.at(taken->relay), sender));
        return ExitCode::done;
    }
    if (choice.stop) return tell_of_stop(context.console(), *choice.stop, relays);
    context.console().notice(
        fmt::format("no relay takes {} mail from {}", relay::to_string(type), sender.ascii()));
    const bool disabled = !route.empty() && route.front().step == relay::RouteStep::disabled;
    context.console().notice(
        disabled ? fmt::format("  hint: relayctl enable {}", relays.at(route.front().relay)->name)
                 : fmt::format("  hint: relayctl add NAME --host HOST --domain {} --type {}", sender.ascii(),
                               relay::to_string(type)));
    return ExitCode::no;
}

}  // namespace

const Command route_command = {
    .path = "route",
    .heading = "Mail",
    .summary = "tell which relay mail of a sender goes through, and why",
    .description =
        "Relays that serve the sender domain and the mail type come first: a relay that names the domain, "
        "then "
        "the longest *.DOMAIN above it, then *, each by priority (lower first) and name. Behind a relay come "
        "those that it falls back to; the fallback relay is the last resort. The first that is enabled, not "
        "tripped and within its daily limit is taken, unless one before it is at its limit and says --over "
        "defer or "
        "reject. The exit code is 1 when none is.\n"
        "STEP: taken; spare would take it if those before did not; limit_reached, tripped and disabled are "
        "out "
        "of use for now; other_type and other_domain do not serve such mail.",
    .examples = examples,
    .options = options,
    .groups = output_group,
    .columns = route_columns(),
    .run = run_route,
};

}  // namespace cli
