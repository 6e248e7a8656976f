#include "cli/views/dkim_view.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/dkim_keys.hpp"

namespace cli {

namespace {

using output::Cell;
using output::Style;
using output::Value;

const std::int64_t* number(const Value& item, std::string_view key) {
    const auto* value = item.find(key);
    return value == nullptr ? nullptr : std::get_if<std::int64_t>(&value->data());
}

// For people how old, for a script the moment itself.
Cell created_cell(const Value& item) {
    Cell cell{.text = member_text(item, "created_at")};
    if (const auto* days = number(item, "age_days")) cell.display = fmt::format("{}d", *days);
    return cell;
}

Cell last_seen_cell(const Value& item) {
    Cell cell{.text = member_text(item, "last_seen_at"), .display = "never"};
    if (const auto* age = number(item, "last_seen_age_s"))
        cell.display = base::rounded_span(std::chrono::seconds(*age)) + " ago";
    return cell;
}

Cell state_cell(const Value& item) {
    const auto state = member_text(item, "state");
    const auto style = state == "active" ? Style::good : state == "pending" ? Style::warn : Style::none;
    return {.text = state, .style = style};
}

Value moment(const std::optional<base::Time>& time) {
    return time ? Value(base::to_rfc3339(*time)) : Value();
}

constexpr ColumnView columns[] = {
    {.key = "key", .title = "KEY", .never_cut = true},
    {.key = "state", .title = "STATE", .cell = state_cell},
    {.key = "algorithm", .title = "ALGORITHM"},
    {.key = "bits", .title = "BITS", .number = true},
    {.key = "created_at", .title = "AGE", .cell = created_cell},
    {.key = "last_seen_at", .title = "LAST SEEN", .cell = last_seen_cell},
    {.key = "relays", .title = "RELAYS"},
    {.key = "activated_at", .title = "ACTIVATED", .shown = false},
    {.key = "retiring_at", .title = "RETIRING SINCE", .shown = false},
    {.key = "retires_at", .title = "RETIRES", .shown = false},
    {.key = "note", .title = "NOTE", .shown = false},
    {.key = "domain", .title = "DOMAIN", .shown = false},
    {.key = "selector", .title = "SELECTOR", .shown = false},
    {.key = "record_name", .title = "RECORD NAME", .shown = false, .never_cut = true},
    {.key = "record_value", .title = "RECORD", .shown = false, .never_cut = true},
    {.key = "record_octets", .title = "OCTETS", .shown = false, .number = true},
};

}  // namespace

std::span<const ColumnView> dkim_key_columns() {
    return columns;
}

output::Value dkim_key_item(const relay::DkimKey& key, base::Time now,
                            const std::vector<std::string>& relays) {
    // Clocks are set back too.
    const auto age = [&](base::Time since) { return std::max<std::int64_t>((now - since).count(), 0); };
    const auto& life = key.life;
    return output::Value::object({
        {"key", app::to_string(key)},
        {"domain", key.domain.ascii()},
        {"selector", key.selector},
        {"algorithm", to_string(key.algorithm)},
        {"bits", key.bits},
        {"note", key.note},
        {"created_at", base::to_rfc3339(key.created_at)},
        {"age_days", age(key.created_at) / 86400},
        {"state", to_string(life.state)},
        {"activated_at", moment(life.activated_at)},
        {"retiring_at", moment(life.retiring_at)},
        {"retires_at", moment(life.retires_at)},
        {"last_seen_at", moment(life.last_seen_at)},
        {"last_seen_age_s", life.last_seen_at ? Value(age(*life.last_seen_at)) : Value()},
        {"relays", output::Value::list(relays)},
        {"record_name", key.selector + "._domainkey." + key.domain.ascii()},
        {"record_value", app::dkim_record_value(key)},
        {"record_octets", app::dkim_record_octets(key)},
    });
}

base::Result<void> print_with_records(Context& context, const Arguments& arguments, const Listing& listing,
                                      const std::vector<relay::DkimKey>& to_publish) {
    TRY_VOID(print_listing(context, arguments, listing));
    TRY(const auto format, chosen_format(context, context.console(), arguments));
    if (format != Format::table) return {};
    for (const auto& key : to_publish)
        context.console().print(fmt::format("\n{}", app::dkim_record(key, dkim::RecordForm::zone)));
    return {};
}

}  // namespace cli
