#include "cli/commands/outcome.hpp"

#include <optional>

#include <fmt/format.h>

#include "app/dkim_keys.hpp"
#include "app/dry_run.hpp"
#include "cli/views/dkim_view.hpp"
#include "cli/views/relay_view.hpp"

namespace cli {

namespace {

std::string_view infinitive(app::Action action) {
    switch (action) {
        case app::Action::added:
            return "add";
        case app::Action::replaced:
            return "replace";
        case app::Action::edited:
            return "edit";
        case app::Action::enabled:
            return "enable";
        case app::Action::disabled:
            return "disable";
        case app::Action::deleted:
            return "delete";
        case app::Action::unchanged:
            return "leave";
    }
    return "?";
}

std::string words(const app::RelayOutcome& outcome, bool dry_run) {
    const auto& name = outcome.relay.name;
    if (outcome.action == app::Action::unchanged) return fmt::format("{} unchanged", name);
    if (dry_run) return fmt::format("would {} {}", infinitive(outcome.action), name);
    return fmt::format("{} {}", to_string(outcome.action), name);
}

// The port that servers listen on with this security, where the relay has the other's (RFC 8314 section 3.3).
std::optional<std::uint16_t> usual_port(const relay::Relay& relay) {
    if (relay.security == relay::Security::ssl && (relay.port == 587 || relay.port == 25)) return 465;
    if (relay.security == relay::Security::tls && relay.port == 465) return 587;
    return std::nullopt;
}

// What is taken as it is, and will hardly be meant.
void warn_of_endpoint(Console& console, const app::RelayOutcome& outcome, bool dry_run) {
    const auto& relay = outcome.relay;
    const bool written = outcome.action == app::Action::added || outcome.action == app::Action::replaced ||
                         outcome.action == app::Action::edited;
    if (!written) return;
    if (const auto port = usual_port(relay))
        console.notice(fmt::format("warning: security {} is unusual on port {}: {}",
                                   relay::to_string(relay.security), relay.port,
                                   dry_run ? fmt::format("give --port {}", *port)
                                           : fmt::format("relayctl edit {} --port {}", relay.name, *port)));
    if (!relay.login || relay.security != relay::Security::none) return;
    const char* security = relay.port == 465 ? "ssl" : "tls";
    console.notice("warning: a login is never sent with security none, so nothing can be sent: " +
                   (dry_run ? fmt::format("give --security {}", security)
                            : fmt::format("relayctl edit {} --security {}", relay.name, security)));
}

void tell_key_warnings_of(Console& console, const app::RelayOutcome& outcome, bool dry_run) {
    // What was not written cannot be shown.
    tell_key_warnings(console, outcome.key_warnings,
                      dry_run ? "" : fmt::format("relayctl show {} --output=json", outcome.relay.name));
}

}  // namespace

void tell_key_warnings(Console& console, const std::vector<base::Error>& warnings,
                       const std::string& command) {
    constexpr std::size_t most = 5;  // a store may have thousands of relays, a relay hundreds of domains
    const auto told = warnings.size() > most + 1 ? most : warnings.size();
    for (std::size_t i = 0; i < told; ++i) {
        console.notice("warning: " + warnings[i].message);
        if (!warnings[i].hint.empty()) console.notice("  hint: " + warnings[i].hint);
    }
    if (told == warnings.size()) return;
    console.notice(fmt::format("warning: and {} more like these", warnings.size() - told));
    if (!command.empty()) console.notice("  hint: " + command);
}

void tell_counts_go_on(Console& console, const std::optional<base::Time>& until, app::DryRun dry_run) {
    if (!until) return;
    const auto end = base::to_rfc3339(*until);
    console.notice(
        dry_run == app::DryRun::yes
            ? fmt::format(
                  "what is counted of today's limits would go on until {}, when the day of the new zone ends",
                  end)
            : fmt::format(
                  "what is counted of today's limits goes on until {}, when the day of the new zone ends",
                  end));
}

base::Result<void> tell_outcomes(Context& context, const Arguments& arguments, std::string schema,
                                 const std::vector<app::RelayOutcome>& outcomes,
                                 const std::string& undo_hint) {
    const bool dry_run = arguments.flag("--dry-run");
    if (arguments.value("--output") || arguments.flag("--quiet")) {
        Listing listing{.schema = std::move(schema), .columns = relay_columns(), .items = {}};
        for (const auto& outcome : outcomes) {
            warn_of_endpoint(context.console(), outcome, dry_run);
            tell_key_warnings_of(context.console(), outcome, dry_run);
            auto item = outcome_item(outcome);
            item.set("dry_run", dry_run);
            output::Value keys = output::Value::array();
            for (const auto& key : outcome.new_keys)
                keys.push_back(dkim_key_item(key, context.clock().now()));
            item.set("new_dkim_keys", std::move(keys));
            listing.items.push_back(std::move(item));
        }
        return print_listing(context, arguments, listing);
    }
    for (const auto& outcome : outcomes) {
        context.console().notice(words(outcome, dry_run) + undo_hint);
        warn_of_endpoint(context.console(), outcome, dry_run);
        if (outcome.is_back && !dry_run)
            context.console().notice(
                fmt::format("{} was out of use after failures, and takes mail again", outcome.relay.name));
        for (const auto& key : outcome.new_keys) {
            // The key of a dry run is gone: its record must not end in a zone.
            if (dry_run) {
                context.console().notice(fmt::format("would make DKIM key {}", app::to_string(key)));
                continue;
            }
            context.console().notice(fmt::format(
                "made DKIM key {}; publish this record ({} octets in the DNS):", app::to_string(key),
                app::dkim_record_octets(key)));
            context.console().print(app::dkim_record(key, dkim::RecordForm::zone));
        }
        tell_key_warnings_of(context.console(), outcome, dry_run);
    }
    return {};
}

}  // namespace cli
