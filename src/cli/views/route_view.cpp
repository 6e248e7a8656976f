#include "cli/views/route_view.hpp"

#include <fmt/format.h>

namespace cli {

using output::Cell;
using output::Style;
using output::Value;

namespace {

Cell step_cell(const Value& item) {
    const auto step = member_text(item, "step").value_or("");
    if (step == "taken") return {.text = step, .style = Style::good};
    if (step == "disabled" || step == "limit_reached" || step == "too_many" || step == "tripped")
        return {.text = step, .style = Style::warn};
    return {.text = step, .style = step == "spare" ? Style::none : Style::dim};
}

constexpr ColumnView columns[] = {
    {.key = "name", .title = "RELAY", .never_cut = true},
    {.key = "step", .title = "STEP", .never_cut = true, .cell = step_cell},
    {.key = "reason", .title = "WHY", .spoken = true},
    {.key = "host", .title = "HOST"},
    {.key = "port", .title = "PORT", .number = true},
    {.key = "security", .title = "SECURITY", .never_cut = true},
    {.key = "rule", .title = "RULE", .shown = false},
    {.key = "pattern", .title = "PATTERN", .shown = false},
    {.key = "stands_in_for", .title = "IN PLACE OF", .shown = false},
    {.key = "priority", .title = "PRIORITY", .shown = false, .number = true},
};

// How the relay comes to serve the sender domain.
std::string match_words(const relay::Candidate& candidate, const relay::Relay& relay,
                        const std::string& stands_in_for) {
    if (candidate.rule == relay::RouteRule::chain) return fmt::format("a fallback of {}", stands_in_for);
    if (candidate.rule == relay::RouteRule::fallback) return "the fallback relay";
    return fmt::format("serves {}, priority {}", candidate.pattern->to_string(), relay.priority);
}

std::string reason_of(const relay::Candidate& candidate, const relay::Relay& relay,
                      const relay::RelayDay& today, relay::MailType type, const std::string& stands_in_for) {
    switch (candidate.step) {
        case relay::RouteStep::taken:
        case relay::RouteStep::spare:
        case relay::RouteStep::disabled:
            return match_words(candidate, relay, stands_in_for);
        case relay::RouteStep::limit_reached:
            if (today.limit_told) return "it said itself that its limit is reached";
            return fmt::format("{} of {} {} today", relay::used(relay, today), *relay.daily_limit,
                               relay::to_string(relay.limit_unit));
        case relay::RouteStep::too_many:
            return fmt::format("may carry {} recipients in a day", *relay.daily_limit);
        case relay::RouteStep::unaligned:
            return "its mail would fail DMARC";
        case relay::RouteStep::tripped:
            return fmt::format("until tomorrow: {}", today.tripped);
        case relay::RouteStep::other_type:
            return fmt::format("does not serve {} mail", relay::to_string(type));
        case relay::RouteStep::other_domain:
            return "does not serve the domain";
    }
    return "";
}

}  // namespace

std::span<const ColumnView> route_columns() {
    return columns;
}

Value route_item(const relay::Candidate& candidate, const relay::Relay& relay, const relay::RelayDay& today,
                 relay::MailType type, const std::string& stands_in_for) {
    return Value::object({{"name", relay.name},
                          {"step", relay::to_string(candidate.step)},
                          {"reason", reason_of(candidate, relay, today, type, stands_in_for)},
                          {"rule", candidate.rule ? Value(relay::to_string(*candidate.rule)) : Value()},
                          {"pattern", candidate.pattern ? Value(candidate.pattern->to_string()) : Value()},
                          {"stands_in_for", stands_in_for.empty() ? Value() : Value(stands_in_for)},
                          {"host", relay.host.to_string()},
                          {"port", relay.port},
                          {"security", relay::to_string(relay.security)},
                          {"priority", relay.priority}});
}

}  // namespace cli
